using System.Text.Json;
using System.Text.Json.Serialization;

namespace Actant.Journaling;

/// <summary>What a model call cost by kind of token, in USD: the parts add up to the call's cost. And which price says so.</summary>
public sealed record CostBreakdown
{
    /// <summary>Tokens read that were neither read from the provider's cache nor written to it.</summary>
    [JsonPropertyName("input_usd")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public decimal Input { get; init; }

    /// <summary>Tokens read from the provider's cache.</summary>
    [JsonPropertyName("cached_usd")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public decimal Cached { get; init; }

    /// <summary>Tokens read and written to the provider's cache.</summary>
    [JsonPropertyName("cache_write_usd")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public decimal CacheWrites { get; init; }

    /// <summary>Tokens written, those of hidden reasoning aside.</summary>
    [JsonPropertyName("output_usd")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public decimal Output { get; init; }

    /// <summary>Tokens of hidden reasoning.</summary>
    [JsonPropertyName("reasoning_usd")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public decimal Reasoning { get; init; }

    /// <summary>The price that it was reckoned with: its row, the day of it and a hash of its numbers.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Price { get; init; }

    /// <summary>All of it.</summary>
    [JsonIgnore]
    public decimal Total => Input + Cached + CacheWrites + Output + Reasoning;

    /// <summary>Fields of a newer format.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; set; }
}
