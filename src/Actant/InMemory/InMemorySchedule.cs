using Actant.Storage;
using Actant.StoreRules;

namespace Actant.InMemory;

/// <summary>
/// The threads by where they stand: ready ones in the order of taking, sleeping ones in that of waking, leased ones by their sessions. As an
/// index of a table it knows a thread's place as it was last written, so that a sorted set stays sorted.
/// </summary>
internal sealed class InMemorySchedule(InMemoryTenants tenants, InMemorySessions sessions)
{
    private readonly FairTurns _turns = new();

    private readonly SortedSet<InMemoryThread> _sleeping = new(Comparer<InMemoryThread>.Create(static (a, b) =>
        (a.StoredPlace.Due ?? default, a.Number).CompareTo((b.StoredPlace.Due ?? default, b.Number))));

    private readonly SortedSet<InMemoryThread> _left = new(Order);
    private readonly SortedSet<InMemoryThread> _quarantined = new(Order);

    /// <summary>The order in which threads are taken.</summary>
    public static IComparer<InMemoryThread> Order { get; } = Comparer<InMemoryThread>.Create(static (a, b) => RankOf(a).CompareTo(RankOf(b)));

    public bool HasReady => tenants.WithWork.Any();

    public bool HasLeft => _left.Count > 0;

    public DateTimeOffset? NextDue => _sleeping.Min?.StoredPlace.Due;

    /// <summary>The ready threads of formats that the caller knows, in fair order; and the tenants whose caps have kept some back.</summary>
    public (List<InMemoryThread> Chosen, List<TenantId> Capped) Choose(int max, int format)
    {
        var sources = tenants.WithWork.Select(tenant => ((FairTenant)tenant, ReadyOf(tenant, format, tenant.Room)));
        var chosen = _turns.Take(sources, max);
        return (chosen, [.. tenants.WithWork.Where(tenant => tenant.Ready.Count > tenant.Room).Select(tenant => tenant.Ready.Min!.Key.Tenant)]);
    }

    /// <summary>One ready thread of each tenant of which a session holds none, in fair order.</summary>
    public List<InMemoryThread> ChooseBeside(InMemorySession session, int max, int format)
    {
        var holders = session.Threads.Select(static thread => thread.Key.Tenant).ToHashSet();
        return _turns.Take(
            tenants.WithWork.Where(tenant => !holders.Contains(tenant.Ready.Min!.Key.Tenant)).Select(tenant => ((FairTenant)tenant, ReadyOf(tenant, format, Math.Min(tenant.Room, 1)))),
            max,
            isBeside: true);
    }

    /// <summary>
    /// The threads that were left for want of something and that this session can run. They had their turn, and are charged none again.
    /// </summary>
    public (List<InMemoryThread> Chosen, List<TenantId> Capped) ChooseLeft(InMemorySession session, int max, int format)
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
    public (List<InMemoryThread> Chosen, List<TenantId> Capped) ChooseQuarantined(InMemorySession session, int max, TakeRequest request, DateTimeOffset now) =>
        TakeRule.Quarantined(
            _quarantined.Where(thread => thread.Format <= request.Format),
            max,
            GroupOf(session),
            thread => tenants[thread.Key.Tenant].Room,
            thread => TakeRule.OnlyEnds(thread, thread.Current, request, now));

    /// <summary>Whether a session may hold one thread beside those that it has.</summary>
    public static bool IsAdmitted(InMemoryThread thread, InMemorySession session, TakeRequest request, DateTimeOffset now) =>
        thread.NextCrashes < Quarantine.From || TakeRule.OnlyEnds(thread, thread.Current, request, now) || GroupOf(session).TryAdd(thread.NextCrashes);

    /// <summary>How many threads of its tenant come before a ready thread.</summary>
    public int CountBefore(InMemoryThread thread) => tenants[thread.Key.Tenant].Ready.TakeWhile(other => other != thread).Take(ExecutionWait.MaxAhead).Count();

    /// <summary>Writes where a thread stands now.</summary>
    public void Save(InMemoryThread thread)
    {
        if (!thread.SettlePlace())
            return;
        Remove(thread);
        thread.StoredPlace = thread.Place;
        Add(thread);
    }

    public void WakeDue(DateTimeOffset now)
    {
        while (_sleeping.Min is { } thread && thread.StoredPlace.Due <= now)
        {
            thread.MakeReady();
            Save(thread);
        }
    }

    private static IEnumerator<InMemoryThread> ReadyOf(InMemoryTenant tenant, int format, int room) =>
        tenant.Ready.Where(thread => thread.Format <= format && thread.NextCrashes < Quarantine.From).Take(room).GetEnumerator();

    private void Add(InMemoryThread thread)
    {
        var tenant = tenants[thread.Key.Tenant];
        var place = thread.StoredPlace;
        if (place.Holder is { } holder)
        {
            sessions[holder].Threads.Add(thread);
            tenant.Running++;
        }
        else if (place.Ready)
        {
            tenant.Ready.Add(thread);
            if (thread.NextCrashes >= Quarantine.From)
                _quarantined.Add(thread);
        }
        else
        {
            if (place.Due is not null)
                _sleeping.Add(thread);
            if (place.IsLeft)
                _left.Add(thread);
        }
    }

    private void Remove(InMemoryThread thread)
    {
        var tenant = tenants[thread.Key.Tenant];
        if (thread.StoredPlace.Holder is { } holder)
        {
            sessions[holder].Threads.Remove(thread);
            tenant.Running--;
        }

        tenant.Ready.Remove(thread);
        _quarantined.Remove(thread);
        _sleeping.Remove(thread);
        _left.Remove(thread);
    }

    private static QuarantineGroup GroupOf(InMemorySession session) => new(session.Threads.Select(static thread => thread.Crashes));

    private static (bool IsNew, long Rank, long Execution, long Thread) RankOf(InMemoryThread thread) =>
        (thread.StoredPlace.IsNew, thread.StoredPlace.Rank, thread.StoredPlace.Current ?? 0, thread.Number);
}
