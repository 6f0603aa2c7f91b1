namespace Actant.Storage;

/// <summary>Which threads are ready, in the order of taking, and which sleep, in the order of waking.</summary>
internal sealed class InMemorySchedule(InMemoryTenants tenants)
{
    private readonly FairTurns _turns = new();

    private readonly SortedSet<InMemoryThread> _sleeping = new(Comparer<InMemoryThread>.Create(static (a, b) =>
        a.Due != b.Due ? a.Due.CompareTo(b.Due) : a.Sequence.CompareTo(b.Sequence)));

    public bool HasReady => tenants.WithWork.Any();

    public DateTimeOffset? NextDue => _sleeping.Min?.Due;

    /// <summary>The ready threads of formats that the caller knows, in fair order; and the tenants whose caps have kept some back.</summary>
    public (List<InMemoryThread> Chosen, IReadOnlyList<TenantId> Capped) Choose(int max, int format)
    {
        var sources = tenants.WithWork
            .Select(tenant => ((FairTenant)tenant, tenant.Ready.Where(thread => thread.Format <= format).Take(tenant.Room).GetEnumerator()));
        var chosen = _turns.Take(sources, max);
        return (chosen, [.. tenants.WithWork.Where(tenant => tenant.Ready.Count > tenant.Room).Select(tenant => tenant.Ready.Min!.Key.Tenant)]);
    }

    /// <summary>How many threads of its tenant come before a ready thread.</summary>
    public int CountBefore(InMemoryThread thread) => tenants[thread.Key.Tenant].Ready.TakeWhile(other => other != thread).Take(ExecutionWait.MaxAhead).Count();

    /// <summary>Sets a thread's place; also when only its rank has changed.</summary>
    public void Place(InMemoryThread thread, InMemoryReadiness readiness, DateTimeOffset due = default)
    {
        if (thread.Readiness == InMemoryReadiness.Ready)
            tenants[thread.Key.Tenant].Ready.Remove(thread);
        else if (thread.Readiness == InMemoryReadiness.Sleeping)
            _sleeping.Remove(thread);

        thread.Readiness = readiness;
        thread.Due = due;
        if (readiness == InMemoryReadiness.Ready)
        {
            thread.Rank = RankOf(thread);
            tenants[thread.Key.Tenant].Ready.Add(thread);
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
        thread.Current is { } current ? Ageing.Rank(current.Record.CreatedAt, current.Record.Priority) : 0,
        thread.Current?.Sequence ?? 0,
        thread.Sequence);
}
