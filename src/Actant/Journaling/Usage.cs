using System.Text.Json;
using System.Text.Json.Serialization;

namespace Actant.Journaling;

/// <summary>Tokens of one or several model calls.</summary>
public record struct Usage
{
    /// <summary>Tokens read, cached ones included.</summary>
    [JsonPropertyName("input_tokens")]
    public long Input { get; init; }

    /// <summary>Tokens written, reasoning included.</summary>
    [JsonPropertyName("output_tokens")]
    public long Output { get; init; }

    /// <summary>Tokens read from the provider's cache.</summary>
    [JsonPropertyName("cached_tokens")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Cached { get; init; }

    /// <summary>Tokens read and written to the provider's cache, which some providers price higher.</summary>
    [JsonPropertyName("cache_write_tokens")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long CacheWrites { get; init; }

    /// <summary>Tokens of hidden reasoning.</summary>
    [JsonPropertyName("reasoning_tokens")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Reasoning { get; init; }

    /// <summary>Fields of a newer format: kept, and written again as they were.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; set; }

    /// <summary>Input and output.</summary>
    [JsonIgnore]
    public readonly long Total => Input + Output;

    /// <summary>The sum.</summary>
    public static Usage operator +(Usage left, Usage right) => left.Add(right);

    /// <summary>The sum.</summary>
    public readonly Usage Add(Usage other) => new()
    {
        Input = Input + other.Input,
        Output = Output + other.Output,
        Cached = Cached + other.Cached,
        CacheWrites = CacheWrites + other.CacheWrites,
        Reasoning = Reasoning + other.Reasoning,
    };
}
