using Actant.Storage;
using Actant.StoreRules;

namespace Actant.InMemory;

/// <summary>A tenant's ready threads in the order of taking, and how many of its threads are leased.</summary>
internal sealed class InMemoryTenant : FairTenant
{
    public SortedSet<InMemoryThread> Ready { get; } = new(InMemorySchedule.Order);

    public int Running { get; set; }

    /// <summary>Whether a submission may be leased at once: with a cap, not past those that wait for room already.</summary>
    public bool StartsAtOnce => Share.MaxRunning is null || (Room > 0 && Ready.Count == 0);

    public int Room => Share.MaxRunning is { } max ? TakeRule.Room(max, Running) : int.MaxValue;
}
