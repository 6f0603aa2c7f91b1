using System.Text.Json;
using System.Text.Json.Serialization;

namespace Actant.Storage;

/// <summary>What an execution is filed under: kept in its row, shown and searched; nothing of it decides how it runs.</summary>
public sealed record ExecutionTags
{
    /// <summary>How many labels there may be.</summary>
    public const int MaxLabels = 32;

    private static readonly Dictionary<string, string> s_none = [];

    /// <summary>Words of the caller's own, by name.</summary>
    public IReadOnlyDictionary<string, string> Labels { get => field ?? s_none; init; }

    /// <summary>Whom the data is about, for erasure: a key of the caller's own.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Subject { get; init; }

    /// <summary>The batch it belongs to.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Batch { get; init; }

    /// <summary>The execution that caused it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ExecutionId? Parent { get; init; }

    /// <summary>The first of the executions that caused each other; <c>null</c> where it was caused by none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ExecutionId? Root { get; init; }

    /// <summary>The trace it belongs to, as W3C's <c>traceparent</c> says it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TraceParent { get; init; }

    /// <summary>What vendors of tracing say beside it, as W3C's <c>tracestate</c> has it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TraceState { get; init; }

    /// <summary>What the caller wants known wherever the trace goes, as W3C's <c>baggage</c> has it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Baggage { get; init; }

    /// <summary>From when on it need not be kept. Nothing is removed by it yet.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Where its end is to be delivered; here too, because it may end before it begins.</summary>
    [JsonPropertyName("targets")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<DeliveryTarget>? DeliverTo { get; init; }

    /// <summary>Fields of a newer release.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; set; }

    /// <summary>Whether it says more than in which trace it was sent.</summary>
    [JsonIgnore]
    internal bool HasMoreThanTrace => Labels.Count > 0 || Subject is not null || Batch is not null || Parent is not null || ExpiresAt is not null || DeliverTo is not null;

    /// <summary>What it can be found by: one text for each, none of them with a control character.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Keys => Of(Subject, Batch, Root, Labels);

    /// <summary>As it is stored.</summary>
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, StorageJson.Default.ExecutionTags);

    /// <summary>Reads what was stored. What is no such text is as if nothing had been: it decides nothing.</summary>
    public static ExecutionTags? Read(ReadOnlySpan<byte> stored)
    {
        try
        {
            return JsonSerializer.Deserialize(stored, StorageJson.Default.ExecutionTags);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    internal static IReadOnlyList<string> Of(string? subject, string? batch, ExecutionId? root, IReadOnlyDictionary<string, string> labels)
    {
        var keys = new List<string>();
        if (subject is not null)
            keys.Add(SubjectKey(subject));
        if (batch is not null)
            keys.Add($"b:{batch}");
        if (root is { } first)
            keys.Add($"r:{first}");
        keys.AddRange(labels.Select(label => $"l:{label.Key}={label.Value}"));
        return keys;
    }

    internal static string SubjectKey(string subject) => $"s:{subject}";
}
