using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Actant;

/// <summary>One run of a graph on a thread. A UUIDv7, so that ids sort by creation.</summary>
/// <param name="Value">The UUID.</param>
[JsonConverter(typeof(ExecutionIdConverter))]
public readonly record struct ExecutionId(Guid Value)
{
    /// <summary>Reads the hyphenated form; anything else is not an execution id.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ExecutionId id)
    {
        var parsed = Guid.TryParseExact(text, "D", out var value);
        id = new ExecutionId(value);
        return parsed;
    }

    /// <inheritdoc />
    public override string ToString() => Value.ToString("D");
}
