using System.Text.Json;
using System.Text.Json.Serialization;

namespace Actant.Journaling;

/// <summary>What an entry says. One sealed record for each kind; fields that a reader does not know are kept.</summary>
public abstract record EntryPayload
{
    /// <summary>The kind as it is written: <c>model_answered</c>.</summary>
    [JsonIgnore]
    public string Kind => KindName;

    /// <summary>Fields of a newer format.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; set; }

    /// <summary>Not public: a property that is overridden would be written into every payload.</summary>
    private protected abstract string KindName { get; }
}
