using System.Text.Json;

namespace Actant.Expressions.Values;

/// <summary>Walks a list of either backing without allocating.</summary>
internal struct ListEnumerator
{
    private readonly IReadOnlyList<ExpressionValue>? _items;
    private JsonElement.ArrayEnumerator _elements;
    private int _index = -1;

    public ListEnumerator(in ExpressionValue list)
    {
        if (list.IsJson)
        {
            _elements = list.Element.EnumerateArray();
        }
        else
        {
            _items = list.Items;
        }
    }

    public readonly ExpressionValue Current => _items is null ? ExpressionValue.FromJson(_elements.Current) : _items[_index];

    public bool MoveNext() => _items is null ? _elements.MoveNext() : ++_index < _items.Count;
}
