namespace Actant.Api;

/// <summary>What models were used and what that cost.</summary>
/// <param name="From">The first day.</param>
/// <param name="To">The last day.</param>
/// <param name="GroupBy">What the rows are grouped by.</param>
/// <param name="Rows">The rows.</param>
/// <param name="Total">All together.</param>
public sealed record UsageView(DateOnly From, DateOnly To, IReadOnlyList<string> GroupBy, IReadOnlyList<UsageRow> Rows, UsageRow Total)
{
    /// <summary>What is stored of the tenant now, whatever days are asked for.</summary>
    public StoredView? Stored { get; init; }
}
