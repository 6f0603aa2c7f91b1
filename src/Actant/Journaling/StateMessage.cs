using System.Text.Json.Serialization;
using Microsoft.Extensions.AI;

namespace Actant.Journaling;

/// <summary>A message in its place.</summary>
internal sealed record StateMessage
{
    /// <summary>The message.</summary>
    public required Message Message { get; init; }

    /// <summary>The entry that brought it.</summary>
    public required long Position { get; init; }

    /// <summary>The execution that brought it.</summary>
    public ExecutionId? Execution { get; init; }

    /// <summary>The activation that brought it; <c>null</c> for an input.</summary>
    public string? Activation { get; init; }

    /// <summary>An answer: why it ended.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? FinishReason { get; init; }

    /// <summary>What it counts for in the size of the state.</summary>
    [JsonIgnore]
    public long Bytes => Message is { Role: Roles.Tool, Content.ValueKind: System.Text.Json.JsonValueKind.Array }
        ? JsonValues.BytesOf(Message.Content)
        : (2 * (long)Message.TextLength) + (Message.Parts?.Sum(JsonValues.BytesOf) ?? 0);

    /// <summary>The message as models are given it, made once.</summary>
    [JsonIgnore]
    public ChatMessage? Chat { get; set; }

    /// <summary>The hash of what models are given, made once.</summary>
    [JsonIgnore]
    public byte[]? Digest { get; set; }

    /// <summary>An answer as the models of other nodes are told it, made once.</summary>
    [JsonIgnore]
    public ChatMessage? Told { get; set; }

    /// <summary>The hash of what they are told, made once.</summary>
    [JsonIgnore]
    public byte[]? ToldDigest { get; set; }
}
