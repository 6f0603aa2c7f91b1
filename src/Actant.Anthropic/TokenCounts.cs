using Actant.LanguageModels;
using Anthropic.Models.Messages;
using Microsoft.Extensions.AI;

namespace Actant.Anthropic;

/// <summary>Tokens as Anthropic counts them: what was read from the cache or written to it is not part of the input.</summary>
internal readonly record struct TokenCounts(long Input, long Output, long CacheReads, long CacheWrites)
{
    public TokenCounts(Usage usage)
        : this(usage.InputTokens, usage.OutputTokens, usage.CacheReadInputTokens ?? 0, usage.CacheCreationInputTokens ?? 0)
    {
    }

    public static TokenCounts operator -(TokenCounts left, TokenCounts right) => new(
        left.Input - right.Input, left.Output - right.Output, left.CacheReads - right.CacheReads, left.CacheWrites - right.CacheWrites);

    /// <summary>With the later counts, which are sums, of those that they tell; some tell zeros of what only the start knew.</summary>
    public TokenCounts With(MessageDeltaUsage usage) => new(
        TokenTotals.Larger(Input, usage.InputTokens ?? 0),
        TokenTotals.Larger(Output, usage.OutputTokens),
        TokenTotals.Larger(CacheReads, usage.CacheReadInputTokens ?? 0),
        TokenTotals.Larger(CacheWrites, usage.CacheCreationInputTokens ?? 0));

    /// <summary>As the engine counts: the input is all that was read.</summary>
    public UsageDetails ToDetails() => new()
    {
        InputTokenCount = Input + CacheReads + CacheWrites,
        OutputTokenCount = Output,
        TotalTokenCount = Input + CacheReads + CacheWrites + Output,
        CachedInputTokenCount = CacheReads,
        AdditionalCounts = CacheWrites == 0 ? null : new() { [ModelCallProperties.CacheWriteTokens] = CacheWrites },
    };
}
