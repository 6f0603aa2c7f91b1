using System.Text.Json;
using System.Text.Json.Serialization;

namespace Actant;

/// <summary>
/// On whose behalf an execution runs, and what it may do for them. Stored with its input: a fork, a rewind and a take-over keep it.
/// </summary>
public sealed record SecurityContext
{
    /// <summary>The window of <see cref="RateLimit"/>: 60 s.</summary>
    public static readonly TimeSpan RateWindow = TimeSpan.FromSeconds(60);

    /// <summary>The permission to call every tool.</summary>
    public const string AllTools = "tool:*";

    private const string ToolPrefix = "tool:";

    /// <summary>The user, as the submitter names them: a claim, which nobody has checked.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? UserId { get; init; }

    /// <summary>The user's organization, as the submitter names it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? OrganizationId { get; init; }

    /// <summary>The tools that may be called: <c>tool:NAME</c> each, or <see cref="AllTools"/>. Without the list, all that the agent has.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Permissions { get; init; }

    /// <summary>How often each tool may be called within <see cref="RateWindow"/> for this user, beside the tool's own limit.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, int>? RateLimit { get; init; }

    /// <summary>The id of the key that submitted, in journals of format 1. Since then: <see cref="Principal"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? SubmittedBy { get; init; }

    /// <summary>Whether a tool may be called.</summary>
    public bool Permits(string tool) => Permissions is null
        || Permissions.Any(permission => permission == AllTools
            || (permission.StartsWith(ToolPrefix, StringComparison.Ordinal) && permission.AsSpan(ToolPrefix.Length).SequenceEqual(tool)));

    /// <summary>Whether a text is a permission.</summary>
    public static bool IsPermission(string text) => text.Length > ToolPrefix.Length && text.StartsWith(ToolPrefix, StringComparison.Ordinal);

    /// <summary>Fields of a newer format: kept, and written again as they were.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; set; }
}
