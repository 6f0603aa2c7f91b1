using System.Text.Json;
using System.Text.Json.Serialization;

namespace Actant.Journaling;

/// <summary>What happened to one key of a state. Recorded after the reducer ran, so that folding needs no definition.</summary>
public sealed record StateOperation
{
    /// <summary>What happened.</summary>
    public required StateOperationKind Op { get; init; }

    /// <summary>To which key; <c>messages</c> is the conversation.</summary>
    public required string Key { get; init; }

    /// <summary>Set: the value. Append: the list of new items. Replace: the new item. Patch: the merge patch.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonElement Value { get; init; }

    /// <summary>Replace, remove and patch: the <c>id</c> of the item; without one, remove and patch mean the key.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Id { get; init; }

    /// <summary>Fields of a newer format: kept, and written again as they were.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; set; }
}
