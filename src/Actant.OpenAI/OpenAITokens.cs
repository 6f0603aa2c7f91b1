using System.Text.Json;
using Actant.Journaling;
using Actant.LanguageModels;
using Microsoft.Extensions.AI;

namespace Actant.OpenAI;

/// <summary>Tokens as OpenAI counts them, and those who speak like it.</summary>
internal readonly record struct OpenAITokens(long Input, long Output, long Cached, long Reasoning)
{
    public static OpenAITokens operator -(OpenAITokens left, OpenAITokens right) => new(
        left.Input - right.Input, left.Output - right.Output, left.Cached - right.Cached, left.Reasoning - right.Reasoning);

    /// <summary>With later totals: what one chunk tells, another one with zeros does not take back.</summary>
    public OpenAITokens With(OpenAITokens later) => new(
        TokenTotals.Larger(Input, later.Input), TokenTotals.Larger(Output, later.Output), TokenTotals.Larger(Cached, later.Cached), TokenTotals.Larger(Reasoning, later.Reasoning));

    public static OpenAITokens Of(JsonElement usage) => new(
        Number(usage, "prompt_tokens"),
        Number(usage, "completion_tokens"),
        usage.Member("prompt_tokens_details") is { } read ? Number(read, "cached_tokens") : Number(usage, "prompt_cache_hit_tokens"),
        usage.Member("completion_tokens_details") is { } written ? Number(written, "reasoning_tokens") : 0);

    public UsageDetails ToDetails() => new()
    {
        InputTokenCount = Input,
        OutputTokenCount = Output,
        TotalTokenCount = Input + Output,
        CachedInputTokenCount = Cached,
        ReasoningTokenCount = Reasoning,
    };

    // What cannot be a count is not judged here: whoever counts says so.
    private static long Number(JsonElement counts, string name) => counts.Member(name) is { } count ? TokenTotals.Read(count) : 0;
}
