using Actant.Storage;

namespace Actant.Api;

/// <summary>What was used; with what the rows are grouped by.</summary>
public sealed record UsageRow
{
    /// <summary>The day.</summary>
    public DateOnly? Day { get; init; }

    /// <summary>The agent.</summary>
    public string? Agent { get; init; }

    /// <summary>Who has the model.</summary>
    public string? Provider { get; init; }

    /// <summary>The model.</summary>
    public string? Model { get; init; }

    /// <summary>Calls of models.</summary>
    public required long Calls { get; init; }

    /// <summary>Tokens that went in.</summary>
    public required long InputTokens { get; init; }

    /// <summary>Those of them that the provider had kept.</summary>
    public required long CachedTokens { get; init; }

    /// <summary>Tokens that came out.</summary>
    public required long OutputTokens { get; init; }

    /// <summary>Those of them that were thought.</summary>
    public required long ReasoningTokens { get; init; }

    /// <summary>Input and output tokens together.</summary>
    public required long TokensUsed { get; init; }

    /// <summary>What it cost, in USD.</summary>
    public required decimal CostUsd { get; init; }

    /// <summary>All together.</summary>
    internal static UsageRow Sum(IEnumerable<DailyUsage> rows)
    {
        var sum = rows.Select(static row => row.Amount).Aggregate(new UsageAmount { Agent = "", Provider = "", Model = "" }, static (all, next) => all.Plus(next));
        return new UsageRow
        {
            Calls = sum.Calls,
            InputTokens = sum.InputTokens,
            CachedTokens = sum.CachedTokens,
            OutputTokens = sum.OutputTokens,
            ReasoningTokens = sum.ReasoningTokens,
            TokensUsed = sum.InputTokens + sum.OutputTokens,
            CostUsd = sum.CostUsd,
        };
    }
}
