using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Actant.Expressions.Values;

namespace Actant.Expressions;

/// <summary>
/// A value of the language. One that came from JSON stays backed by its document: nothing is copied, and the document must
/// outlive the value. <c>default</c> is null.
/// </summary>
public readonly struct ExpressionValue
{
    private readonly JsonElement _element;
    private readonly object? _object;
    private readonly long _bits;

    private ExpressionValue(ExpressionValueKind kind, long bits, object? reference, JsonElement element)
    {
        Kind = kind;
        _bits = bits;
        _object = reference;
        _element = element;
    }

    /// <summary>The type; only the getter of that type may be called.</summary>
    public ExpressionValueKind Kind { get; }

    /// <summary>True for null and for what is missing.</summary>
    public bool IsNull => Kind == ExpressionValueKind.Null;

    internal bool IsJson => _element.ValueKind != JsonValueKind.Undefined;

    internal JsonElement Element => _element;

    internal IReadOnlyList<ExpressionValue> Items => (IReadOnlyList<ExpressionValue>)_object!;

    internal IReadOnlyDictionary<string, ExpressionValue> Members => (IReadOnlyDictionary<string, ExpressionValue>)_object!;

    /// <summary>A boolean.</summary>
    public static ExpressionValue From(bool value) => new(ExpressionValueKind.Boolean, value ? 1 : 0, null, default);

    /// <summary>An integer.</summary>
    public static ExpressionValue From(long value) => new(ExpressionValueKind.Integer, value, null, default);

    /// <summary>A double; it stays one even without a fraction.</summary>
    public static ExpressionValue From(double value) =>
        new(ExpressionValueKind.Double, BitConverter.DoubleToInt64Bits(value), null, default);

    /// <summary>A string; a null reference is null.</summary>
    public static ExpressionValue From(string? value) =>
        value is null ? default : new(ExpressionValueKind.String, 0, value, default);

    /// <summary>A view of the element, without a copy.</summary>
    public static ExpressionValue FromJson(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.True => new(ExpressionValueKind.Boolean, 1, null, element),
        JsonValueKind.False => new(ExpressionValueKind.Boolean, 0, null, element),
        JsonValueKind.Number => FromNumber(element),
        JsonValueKind.String => new(ExpressionValueKind.String, 0, null, element),
        JsonValueKind.Array => new(ExpressionValueKind.List, 0, null, element),
        JsonValueKind.Object => new(ExpressionValueKind.Map, 0, null, element),
        _ => default,
    };

    /// <summary>A copy of the node as it is now; prefer the element overload where there is a choice.</summary>
    public static ExpressionValue FromJson(JsonNode? node) =>
        node is null ? default : FromJson(JsonElement.Parse(node.ToJsonString(), new JsonDocumentOptions { MaxDepth = 1000 }));

    /// <summary>A list of the values; the list is copied, the values stay backed by their documents.</summary>
    public static ExpressionValue FromItems(IEnumerable<ExpressionValue> items) => FromItems(items.ToArray());

    /// <summary>A map of the members, in their order.</summary>
    /// <exception cref="ArgumentException">A name occurs twice.</exception>
    public static ExpressionValue FromMembers(IEnumerable<KeyValuePair<string, ExpressionValue>> members) =>
        FromMembers(new OrderedDictionary<string, ExpressionValue>(members));

    /// <summary>A view of the list, without a copy: only what is looked at is asked for. It must not change while the value is used.</summary>
    public static ExpressionValue FromView(IReadOnlyList<ExpressionValue> items) => new(ExpressionValueKind.List, 0, items, default);

    /// <summary>A view of the members, without a copy: only what is looked at is asked for. They must not change while the value is used.</summary>
    public static ExpressionValue FromView(IReadOnlyDictionary<string, ExpressionValue> members) => new(ExpressionValueKind.Map, 0, members, default);

    internal static ExpressionValue FromItems(ExpressionValue[] items) => new(ExpressionValueKind.List, 0, items, default);

    internal static ExpressionValue FromMembers(OrderedDictionary<string, ExpressionValue> members) =>
        new(ExpressionValueKind.Map, 0, members, default);

    /// <summary>The boolean.</summary>
    /// <exception cref="InvalidOperationException">The value is of another kind.</exception>
    public bool GetBoolean() => Require(ExpressionValueKind.Boolean)._bits != 0;

    /// <summary>The integer; a double is never rounded to one.</summary>
    /// <exception cref="InvalidOperationException">The value is of another kind.</exception>
    public long GetInt64() => Require(ExpressionValueKind.Integer)._bits;

    /// <summary>The double, or the integer as the nearest double.</summary>
    /// <exception cref="InvalidOperationException">The value is no number.</exception>
    public double GetDouble() => Kind == ExpressionValueKind.Integer
        ? _bits
        : BitConverter.Int64BitsToDouble(Require(ExpressionValueKind.Double)._bits);

    /// <summary>The string; made anew on each call when the value is backed by JSON.</summary>
    /// <exception cref="InvalidOperationException">The value is of another kind, or its JSON text is not valid
    /// Unicode.</exception>
    public string GetString() => Require(ExpressionValueKind.String)._object as string ?? _element.GetString()!;

    /// <summary>
    /// The element behind the value, or a new one. Infinities and NaN become the strings that protobuf's JSON has for them.
    /// </summary>
    public JsonElement ToJsonElement() => IsJson ? _element : ValueWriter.ToElement(this, long.MaxValue)!.Value;

    /// <summary>
    /// As <see cref="ToJsonElement"/>, within a bound: a list may name a large value many times, which costs nothing until it is written.
    /// </summary>
    /// <param name="maxBytes">The most bytes of the element's text.</param>
    /// <param name="element">The element, if it is not larger.</param>
    public bool TryToJsonElement(long maxBytes, out JsonElement element)
    {
        var found = !IsJson ? ValueWriter.ToElement(this, maxBytes)
            : JsonMarshal.GetRawUtf8Value(_element).Length <= maxBytes ? _element
            : (JsonElement?)null;
        element = found ?? default;
        return found is not null;
    }

    /// <summary>Writes the value as JSON; a number from JSON is written as it was.</summary>
    public void WriteTo(Utf8JsonWriter writer) => ValueWriter.Write(this, writer, long.MaxValue);

    /// <summary>The value as compact JSON, for debugging.</summary>
    public override string ToString() => ToJsonElement().ToString();

    private static ExpressionValue FromNumber(JsonElement element) => element.TryGetInt64(out var integer)
        ? new(ExpressionValueKind.Integer, integer, null, element)
        : new(ExpressionValueKind.Double, BitConverter.DoubleToInt64Bits(element.GetDouble()), null, element);

    private ExpressionValue Require(ExpressionValueKind kind)
    {
        if (Kind != kind)
        {
            throw new InvalidOperationException($"The value is of type {Kind.Name()}, not {kind.Name()}.");
        }

        return this;
    }
}
