namespace Actant.Storage;

/// <summary>The order in which ready threads are taken: as it was when the thread became ready, so that a sorted set stays sorted.</summary>
internal readonly record struct InMemoryRank(bool IsNew, int Priority, long Age, long Thread)
{
    public static IComparer<InMemoryThread> Order { get; } = Comparer<InMemoryThread>.Create(static (a, b) =>
        (a.Rank.IsNew, -a.Rank.Priority, a.Rank.Age, a.Rank.Thread).CompareTo((b.Rank.IsNew, -b.Rank.Priority, b.Rank.Age, b.Rank.Thread)));
}
