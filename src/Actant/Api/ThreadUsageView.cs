namespace Actant.Api;

/// <summary>What the executions of a thread used together.</summary>
/// <param name="ThreadId">The thread.</param>
/// <param name="Executions">How many.</param>
/// <param name="TokensUsed">Input and output tokens together.</param>
/// <param name="CostUsd">What they cost, in USD.</param>
public sealed record ThreadUsageView(string ThreadId, long Executions, long TokensUsed, decimal CostUsd)
{
    /// <summary>Bytes of its entries and large values.</summary>
    public long Bytes { get; init; }
}
