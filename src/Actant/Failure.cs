using System.Text.Json;
using System.Text.Json.Serialization;

namespace Actant;

/// <summary>A durable failure: what went wrong, in a form that is stored, shown and decided on.</summary>
public sealed record Failure
{
    /// <summary>A stable code of <c>docs/errors.md</c>, in snake_case.</summary>
    public required string Code { get; init; }

    /// <summary>What happened, where, and the next step; never a secret, never a stack trace.</summary>
    public required string Message { get; init; }

    /// <summary>Whether the same attempt may succeed later by itself.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Transient { get; init; }

    /// <summary>How long the other side asked to wait before the next attempt (Retry-After), in milliseconds.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? RetryAfterMs { get; init; }

    /// <summary>The activation that failed, with the path of its scope.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Where { get; init; }

    /// <summary>Fields of a newer format: kept, and written again as they were.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; set; }
}
