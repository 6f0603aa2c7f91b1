using Actant.Storage;
namespace Actant.InMemory;

/// <summary>Which threads are ready, in the order of taking, and which sleep, in the order of waking.</summary>
internal sealed class InMemorySchedule(InMemoryTenants tenants)
{
    private readonly FairTurns _turns = new();

    private readonly SortedSet<InMemoryThread> _sleeping = new(Comparer<InMemoryThread>.Create(static (a, b) =>
        a.Due != b.Due ? a.Due.CompareTo(b.Due) : a.Sequence.CompareTo(b.Sequence)));

    private readonly SortedSet<InMemoryThread> _left = new(InMemoryRank.Order);
    private readonly SortedSet<InMemoryThread> _quarantined = new(InMemoryRank.Order);

    public bool HasReady => tenants.WithWork.Any();

    public bool HasLeft => _left.Count > 0;

    public DateTimeOffset? NextDue => _sleeping.Min?.Due;

    /// <summary>The ready threads of formats that the caller knows, in fair order; and the tenants whose caps have kept some back.</summary>
    public (List<InMemoryThread> Chosen, IReadOnlyList<TenantId> Capped) Choose(int max, int format)
    {
        var sources = tenants.WithWork
            .Select(tenant => ((FairTenant)tenant, tenant.Ready.Where(thread => thread.Format <= format && thread.NextCrashes < Quarantine.From).Take(tenant.Room).GetEnumerator()));
        var chosen = _turns.Take(sources, max);
        return (chosen, [.. tenants.WithWork.Where(tenant => tenant.Ready.Count > tenant.Room).Select(tenant => tenant.Ready.Min!.Key.Tenant)]);
    }

    /// <summary>
    /// The threads that were left for want of something and that this session can run. They had their turn, and are charged none again.
    /// </summary>
    public (List<InMemoryThread> Chosen, IReadOnlyList<TenantId> Capped) ChooseLeft(InMemorySession session, int max, int format)
    {
        var (chosen, capped) = (new List<InMemoryThread>(), new HashSet<TenantId>());
        foreach (var thread in _left.Where(thread => thread.Format <= format && session.Capabilities.IsSupersetOf(thread.Needs)).TakeWhile(_ => chosen.Count < max))
        {
            if (chosen.Count(other => other.Key.Tenant == thread.Key.Tenant) < tenants[thread.Key.Tenant].Room)
                chosen.Add(thread);
            else
                capped.Add(thread.Key.Tenant);
        }

        return (chosen, [.. capped]);
    }

    /// <summary>The quarantined threads that a session may hold beside those that it has, and those that only end.</summary>
    public (List<InMemoryThread> Chosen, IReadOnlyList<TenantId> Capped) ChooseQuarantined(InMemorySession session, int max, TakeRequest request, DateTimeOffset now)
    {
        var (chosen, capped) = (new List<InMemoryThread>(), new HashSet<TenantId>());
        var group = new QuarantineGroup(session.Threads.Select(static thread => thread.Crashes));
        foreach (var thread in _quarantined.Where(thread => thread.Format <= request.Format).TakeWhile(_ => chosen.Count < max))
        {
            if (chosen.Count(other => other.Key.Tenant == thread.Key.Tenant) >= tenants[thread.Key.Tenant].Room)
                capped.Add(thread.Key.Tenant);
            else if (OnlyEnds(thread, request, now) || group.TryAdd(thread.NextCrashes))
                chosen.Add(thread);
        }

        return (chosen, [.. capped]);
    }

    /// <summary>Whether a session may hold one thread beside those that it has.</summary>
    public static bool IsAdmitted(InMemoryThread thread, InMemorySession session, TakeRequest request, DateTimeOffset now) =>
        thread.NextCrashes < Quarantine.From || OnlyEnds(thread, request, now)
        || new QuarantineGroup(session.Threads.Select(static other => other.Crashes)).TryAdd(thread.NextCrashes);

    private static bool OnlyEnds(InMemoryThread thread, TakeRequest request, DateTimeOffset now) =>
        thread.DiedAlone >= request.MaxDeaths || (thread.Current is { } current && (current.LastCancel > 0 || current.Record.Deadline <= now));

    /// <summary>A thread sleeps until a time, a signal, or a session that has what it needs.</summary>
    public void Sleep(InMemoryThread thread, DateTimeOffset? due, IReadOnlyList<string> needs)
    {
        thread.Needs = [.. needs];
        if (due is { } time)
            Place(thread, InMemoryReadiness.Sleeping, time);
        if (needs.Count > 0)
        {
            thread.Rank = RankOf(thread);
            _left.Add(thread);
        }
    }

    /// <summary>How many threads of its tenant come before a ready thread.</summary>
    public int CountBefore(InMemoryThread thread) => tenants[thread.Key.Tenant].Ready.TakeWhile(other => other != thread).Take(ExecutionWait.MaxAhead).Count();

    /// <summary>Sets a thread's place; also when only its rank has changed.</summary>
    public void Place(InMemoryThread thread, InMemoryReadiness readiness, DateTimeOffset due = default)
    {
        _left.Remove(thread);
        _quarantined.Remove(thread);
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
            if (thread.NextCrashes >= Quarantine.From)
                _quarantined.Add(thread);
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
