namespace Actant.Api;

/// <summary>Asks for entries of a thread.</summary>
public sealed record HistoryCommand
{
    private const int LongestHistory = 500;

    /// <summary>The thread.</summary>
    public required string Thread { get; init; }

    /// <summary>From which position on.</summary>
    public long From { get; init; } = 1;

    /// <summary>How many at most.</summary>
    public int Limit { get; init; } = LongestHistory;

    /// <summary>Reads one.</summary>
    public static Reply<HistoryCommand> Read(CommandFields fields, string thread) => fields.Read(new HistoryCommand
    {
        Thread = thread,
        From = fields.Number("from", 1, long.MaxValue) ?? 1,
        Limit = Math.Min(fields.Limit(), LongestHistory),
    });
}
