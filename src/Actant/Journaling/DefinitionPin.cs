using System.Text.Json.Serialization;

namespace Actant.Journaling;

/// <summary>
/// What decides how a definition runs and does not stand in it, as it was when an execution began: whoever looks at it later, or
/// runs it elsewhere, sees what was different. Nothing secret.
/// </summary>
public sealed record DefinitionPin
{
    /// <summary>The format that the definition is stored in.</summary>
    public required int Format { get; init; }

    /// <summary>The model of nodes that name none, as its client calls it; <c>null</c> where all of them name one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? DefaultModel { get; init; }

    /// <summary>The providers that it calls, by name, and a hash of what is set of them; those that have no settings are left out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Providers { get; init; }

    /// <summary>The tools of this process's own code that it may call, by name, and their versions.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Tools { get; init; }

    /// <summary>Fields of a newer format.</summary>
    [JsonExtensionData]
    public IDictionary<string, System.Text.Json.JsonElement>? Unknown { get; set; }
}
