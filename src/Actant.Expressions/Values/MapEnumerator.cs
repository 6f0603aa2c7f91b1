using System.Text.Json;

namespace Actant.Expressions.Values;

/// <summary>Walks a map of any backing in its written order.</summary>
internal struct MapEnumerator
{
    private readonly OrderedDictionary<string, ExpressionValue>? _members;
    private readonly IEnumerator<KeyValuePair<string, ExpressionValue>>? _view;
    private JsonElement.ObjectEnumerator _properties;
    private int _index = -1;

    public MapEnumerator(in ExpressionValue map)
    {
        if (map.IsJson)
        {
            _properties = map.Element.EnumerateObject();
        }
        else if (map.Members is OrderedDictionary<string, ExpressionValue> members)
        {
            _members = members;
        }
        else
        {
            _view = map.Members.GetEnumerator();
        }
    }

    public readonly string Key => _members?.GetAt(_index).Key ?? _view?.Current.Key ?? _properties.Current.Name;

    public readonly ExpressionValue Value =>
        _members is not null ? _members.GetAt(_index).Value : _view?.Current.Value ?? ExpressionValue.FromJson(_properties.Current.Value);

    public bool MoveNext() => _members is not null ? ++_index < _members.Count : _view?.MoveNext() ?? _properties.MoveNext();
}
