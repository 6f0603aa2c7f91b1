namespace Actant.InMemory;

/// <summary>The order in which ready threads are taken: as it was when the thread became ready, so that a sorted set stays sorted.</summary>
internal readonly record struct InMemoryRank(bool IsNew, long Rank, long Execution, long Thread)
{
    public static IComparer<InMemoryThread> Order { get; } = Comparer<InMemoryThread>.Create(static (a, b) =>
        (a.Rank.IsNew, a.Rank.Rank, a.Rank.Execution, a.Rank.Thread).CompareTo((b.Rank.IsNew, b.Rank.Rank, b.Rank.Execution, b.Rank.Thread)));
}
