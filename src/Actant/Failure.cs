using System.Text.Json;
using System.Text.Json.Serialization;
using Actant.Journaling;

namespace Actant;

/// <summary>A durable failure: what went wrong, in a form that is stored, shown and decided on.</summary>
public sealed record Failure
{
    /// <summary>The most characters of a code. What is longer is cut.</summary>
    public const int LongestCode = 128;

    /// <summary>The most characters of a message. What is longer is cut.</summary>
    public const int LongestMessage = 16 * 1024;

    /// <summary>A stable code of <c>docs/errors.md</c>, in snake_case; of tools and services, their own.</summary>
    public required string Code { get; init => field = Kept(value, LongestCode); }

    /// <summary>What happened, where, and the next step; never a secret, never a stack trace.</summary>
    public required string Message { get; init => field = Kept(value, LongestMessage); }

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

    /// <summary>As it is read again when it has been stored: tools, vendors and filters write what they like.</summary>
    private static string Kept(string text, int longest)
    {
        var kept = text.Length <= longest ? text : text[..(char.IsHighSurrogate(text[longest - 2]) ? longest - 2 : longest - 1)] + "…";
        return JournalText.AsText(kept);
    }
}
