using System.Text.Json;
using Actant.Expressions;
using Actant.Journaling;

namespace Actant.Nodes;

/// <summary>
/// Values of expressions on their way to where they are kept: each is bounded in depth, all together in bytes. A list may name a
/// large value many times; only its text would be as long.
/// </summary>
/// <param name="maxBytes">The most bytes of all of them, as JSON.</param>
internal sealed class ValueBudget(long maxBytes)
{
    private readonly long _most = Math.Min(maxBytes, JsonLimits.MaxValueBytes);
    private long _taken;

    /// <summary>Bytes that are left.</summary>
    public long Left => _most - _taken;

    /// <summary>The value as JSON, or why it cannot be kept.</summary>
    public (JsonElement Element, (string Code, string Message)? Fault) Take(in ExpressionValue value)
    {
        if (!value.TryToJsonElement(Left, out var element))
        {
            return (default, TooLarge);
        }

        var bytes = JsonValues.BytesOf(element);
        _taken += bytes;
        LargeValues.Made(bytes);
        return JsonLimits.IsTooDeep(element) ? (default, TooDeep) : (element.Clone(), null);
    }

    /// <summary>More bytes than there may be.</summary>
    public (string Code, string Message) TooLarge => (ValueErrors.TooLarge, $"more than {_most} bytes are made there at once.");

    /// <summary>Deeper than a value may be.</summary>
    public static (string Code, string Message) TooDeep => (ValueErrors.TooDeep, $"the value is nested more than {JsonLimits.MaxDepth} deep.");
}
