namespace Actant.Benchmarks.Loads;

/// <summary>What a PostgreSQL has done so far: bytes of its log, and transactions committed, those that only read included.</summary>
internal readonly record struct PostgresMeter(long WalBytes, long Commits)
{
    public static PostgresMeter operator -(PostgresMeter left, PostgresMeter right) => new(left.WalBytes - right.WalBytes, left.Commits - right.Commits);
}
