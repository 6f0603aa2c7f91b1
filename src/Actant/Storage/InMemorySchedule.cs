namespace Actant.Storage;

/// <summary>Which threads are ready, in the order of taking, and which sleep, in the order of waking.</summary>
internal sealed class InMemorySchedule
{
    private const int DefaultPriority = 4;

    private readonly SortedSet<InMemoryThread> _ready = new(InMemoryRank.Order);

    private readonly SortedSet<InMemoryThread> _sleeping = new(Comparer<InMemoryThread>.Create(static (a, b) =>
        a.Due != b.Due ? a.Due.CompareTo(b.Due) : a.Sequence.CompareTo(b.Sequence)));

    public bool HasReady => _ready.Count > 0;

    public DateTimeOffset? NextDue => _sleeping.Min?.Due;

    /// <summary>The ready threads of formats that the caller knows, first come first.</summary>
    public List<InMemoryThread> Choose(int max, int format) => [.. _ready.Where(thread => thread.Format <= format).Take(max)];

    /// <summary>Sets a thread's place; also when only its rank has changed.</summary>
    public void Place(InMemoryThread thread, InMemoryReadiness readiness, DateTimeOffset due = default)
    {
        if (thread.Readiness == InMemoryReadiness.Ready)
            _ready.Remove(thread);
        else if (thread.Readiness == InMemoryReadiness.Sleeping)
            _sleeping.Remove(thread);

        thread.Readiness = readiness;
        thread.Due = due;
        if (readiness == InMemoryReadiness.Ready)
        {
            thread.Rank = RankOf(thread);
            _ready.Add(thread);
        }
        else if (readiness == InMemoryReadiness.Sleeping)
        {
            _sleeping.Add(thread);
        }
    }

    public void WakeDue(DateTimeOffset now)
    {
        while (_sleeping.Min is { } thread && thread.Due <= now)
            Place(thread, InMemoryReadiness.Ready);
    }

    private static InMemoryRank RankOf(InMemoryThread thread) => new(
        thread.Open is null && thread.Calls == 0,
        thread.Current?.Record.Priority ?? DefaultPriority,
        thread.Current?.Sequence ?? 0,
        thread.Sequence);
}
