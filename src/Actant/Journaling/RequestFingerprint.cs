using System.Text.Json;
using System.Text.Json.Serialization;

namespace Actant.Journaling;

/// <summary>What a model was called with, without a copy of it.</summary>
public sealed record RequestFingerprint
{
    /// <summary>The last position whose messages were sent, those of the activation itself aside.</summary>
    public required long Base { get; init; }

    /// <summary>How many messages were sent.</summary>
    public required int Messages { get; init; }

    /// <summary>How many older ones were left out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Trimmed { get; init; }

    /// <summary>
    /// SHA-256, in hexadecimal, over everything that was sent: the model, its parameters, the tools with their schemas, the instructions,
    /// the messages with all their parts. In old journals, 64 bits of another hash over some of it.
    /// </summary>
    public required string Hash { get; init; }

    /// <summary>Fields of a newer format: kept, and written again as they were.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; set; }
}
