using System.Text.Json;

namespace Actant.Expressions.Values;

/// <summary>Walks a map of either backing in its written order.</summary>
internal struct MapEnumerator
{
    private readonly OrderedDictionary<string, ExpressionValue>? _members;
    private JsonElement.ObjectEnumerator _properties;
    private int _index = -1;

    public MapEnumerator(in ExpressionValue map)
    {
        if (map.IsJson)
        {
            _properties = map.Element.EnumerateObject();
        }
        else
        {
            _members = map.Members;
        }
    }

    public readonly string Key => _members is null ? _properties.Current.Name : _members.GetAt(_index).Key;

    public readonly ExpressionValue Value =>
        _members is null ? ExpressionValue.FromJson(_properties.Current.Value) : _members.GetAt(_index).Value;

    public bool MoveNext() => _members is null ? _properties.MoveNext() : ++_index < _members.Count;
}
