using System.Text.Json;
using System.Text.Json.Serialization;

namespace Actant.Journaling;

/// <summary>What a model was asked, without a copy of it.</summary>
public sealed record RequestFingerprint
{
    /// <summary>The last position whose messages were sent, those of the activation itself aside.</summary>
    public required long Base { get; init; }

    /// <summary>How many messages were sent.</summary>
    public required int Messages { get; init; }

    /// <summary>How many older ones were left out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Trimmed { get; init; }

    /// <summary>64 bits of a hash over instructions, tools and messages, in hexadecimal.</summary>
    public required string Hash { get; init; }

    /// <summary>Fields of a newer format: kept, and written again as they were.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; set; }
}
