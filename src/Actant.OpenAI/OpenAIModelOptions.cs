using System.Text.Json;
using OpenAI.Chat;

namespace Actant.OpenAI;

/// <summary>What a definition's <c>options</c> say beside what all models have.</summary>
internal sealed record OpenAIModelOptions
{
    public long? Seed { get; init; }

    public float? FrequencyPenalty { get; init; }

    public float? PresencePenalty { get; init; }

    public string? ReasoningEffort { get; init; }

    public bool? ParallelToolCalls { get; init; }

    public ChatToolChoice? ToolChoice { get; init; }

    public string? User { get; init; }

    /// <summary>Members of the request that this vendor alone knows.</summary>
    public IReadOnlyList<KeyValuePair<string, JsonElement>> Extra { get; init; } = [];
}
