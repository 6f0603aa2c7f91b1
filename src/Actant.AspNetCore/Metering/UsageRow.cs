using Actant.Storage;

namespace Actant.AspNetCore.Metering;

/// <summary>What was used; with what the rows are grouped by.</summary>
internal sealed record UsageRow
{
    public DateOnly? Day { get; init; }

    public string? Agent { get; init; }

    public string? Provider { get; init; }

    public string? Model { get; init; }

    public required long Calls { get; init; }

    public required long InputTokens { get; init; }

    public required long CachedTokens { get; init; }

    public required long OutputTokens { get; init; }

    public required long ReasoningTokens { get; init; }

    public required long TokensUsed { get; init; }

    public required decimal CostUsd { get; init; }

    public static UsageRow Sum(IEnumerable<DailyUsage> rows)
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
