using System.Collections;
using System.Text.Json;
using Actant.Expressions;

namespace Actant.Nodes;

/// <summary>A list of the state as expressions see it, and items that a write has put behind it: nothing is copied.</summary>
/// <param name="items">The list. What it grows by later is not seen.</param>
/// <param name="more">Items behind it.</param>
internal sealed class ElementList(IReadOnlyList<JsonElement> items, IReadOnlyList<JsonElement>? more = null) : IReadOnlyList<ExpressionValue>, IReadOnlyList<JsonElement>
{
    private readonly int _count = items.Count;

    public int Count => _count + (more?.Count ?? 0);

    public JsonElement this[int index] => index < _count ? items[index] : more![index - _count];

    ExpressionValue IReadOnlyList<ExpressionValue>.this[int index] => ExpressionValue.FromJson(this[index]);

    public IEnumerator<JsonElement> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }

    IEnumerator<ExpressionValue> IEnumerable<ExpressionValue>.GetEnumerator() => this.Select<JsonElement, ExpressionValue>(ExpressionValue.FromJson).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
