namespace Actant.Benchmarks.Loads;

/// <summary>A measurement on PostgreSQL.</summary>
/// <param name="Loop">Its callers.</param>
/// <param name="Commits">Transactions of each operation.</param>
/// <param name="WalKib">KiB of the server's log that each operation wrote.</param>
internal sealed record PostgresLoop(ClosedLoop Loop, double Commits, double WalKib)
{
    private const double Kibi = 1024;

    /// <summary>What was used, by so many operations, those of the warm-up included.</summary>
    public static PostgresLoop Of(ClosedLoop loop, PostgresMeter used, long count) => new(loop, used.Commits / (double)count, used.WalBytes / Kibi / count);
}
