namespace Actant.Filters;

/// <summary>What a model call may take at most, before it is made.</summary>
public sealed record ModelCallEstimate
{
    /// <summary>Tokens that are sent, counted roughly and rather too high: one for three bytes of text.</summary>
    public long InputTokens { get; init; }

    /// <summary>The most tokens of the answer: what the definition says, else <see cref="TokenEstimate.UnstatedOutput"/>.</summary>
    public long OutputTokens { get; init; }

    /// <summary>What so many tokens cost by the list, in USD; 0 for a model whose price nobody knows.</summary>
    public decimal CostUsd { get; init; }
}
