using System.Text.Json;
using Actant.Expressions;
using Actant.Journaling;

namespace Actant.Nodes;

/// <summary>The value that a key has after a write. A list that grew is told by what it was and what came behind: it is not copied.</summary>
internal sealed class WrittenValue
{
    private readonly JsonElement _value;
    private readonly ElementList? _list;

    /// <summary>A value.</summary>
    public WrittenValue(JsonElement value) => _value = value;

    /// <summary>A list that grew.</summary>
    public WrittenValue(ElementList list, JsonElement added) => (_list, _value) = (list, added);

    /// <summary>What was written: all of a value, or what came behind in a list.</summary>
    public JsonElement Added => _value;

    /// <summary>The items of a list; <c>null</c> if it is no list that grew.</summary>
    public ElementList? Items => _list;

    /// <summary>As expressions see it.</summary>
    public ExpressionValue ToExpression() => _list is null ? ExpressionValue.FromJson(_value) : ExpressionValue.FromView((IReadOnlyList<ExpressionValue>)_list);

    /// <summary>As one value. Of a list that costs what all its items do.</summary>
    public JsonElement ToElement() => _list is null ? _value : JsonValues.ToArray(_list);
}
