using Actant.Storage;
using Actant.StoreRules;

namespace Actant.InMemory;

/// <summary>Sessions and taking. Everything here needs the store's lock.</summary>
internal sealed class InMemoryLeasing(InMemoryState state)
{
    public Session Open(OpenSession request)
    {
        var session = state.Sessions.Open(new SessionId(state.Ids.Next()), request, state.Clock.Steady);
        return new Session(session.Id, session.Length, state.Now);
    }

    public Heartbeat? Renew(SessionId id)
    {
        var now = state.Now;
        state.EndExpired(now);
        if (state.Sessions.Find(id, state.Clock.Steady) is not { } session)
            return null;
        session.ExpiresAt = state.Clock.Steady + session.Length;
        state.Schedule.WakeDue(now);
        var signalled = session.Threads
            .Where(thread => thread.SignalNumber > thread.Seen)
            .OrderBy(thread => thread.Number)
            .Take(StorageLimits.MaxItems)
            .Select(thread => thread.Key);
        var nextEnd = state.Sessions.NextEnd(session) is { } end ? state.Clock.ToWall(end) : (DateTimeOffset?)null;
        return new Heartbeat(state.Schedule.HasReady || state.Schedule.HasLeft, [.. signalled], new[] { state.Schedule.NextDue, nextEnd }.Min(), now)
        {
            NextDelivery = state.Outbox.NextDue,
            NextDeadline = state.Deadlines.Next,
        };
    }

    public void End(SessionId id)
    {
        var now = state.Now;
        if (state.Sessions.FindEvenExpired(id) is { } session)
            state.End(session, now, lost: session.ExpiresAt <= state.Clock.Steady);
    }

    public TakeResult Take(TakeRequest request)
    {
        var now = state.Now;
        state.EndExpired(now);
        if (state.Sessions.Find(request.Session, state.Clock.Steady) is not { } session)
            return TakeResult.Nothing;
        state.Schedule.WakeDue(now);
        if (request.Only is not { } only)
        {
            var max = Math.Min(request.Max, StorageLimits.MaxItems);
            var (taken, capped) = (new List<TakenThread>(), new HashSet<TenantId>());
            Add(state.Schedule.ChooseLeft(session, max, request.Format));
            Add(state.Schedule.ChooseQuarantined(session, max - taken.Count, request, now));
            if (taken.Count < max)
                Add(state.Schedule.Choose(max - taken.Count, request.Format));
            if (taken.Count == max && request.Beside > 0)
                taken.AddRange(state.Schedule.ChooseBeside(session, Math.Min(request.Beside, StorageLimits.MaxItems), request.Format).ConvertAll(Lease));
            return new TakeResult(taken) { Capped = [.. capped] };

            void Add((List<InMemoryThread> Chosen, List<TenantId> Capped) part)
            {
                taken.AddRange(part.Chosen.ConvertAll(Lease));
                capped.UnionWith(part.Capped);
            }
        }

        if (!state.TryGetThread(only, now, out var one) || !TakeRule.IsOffered(one, request) || !InMemorySchedule.IsAdmitted(one, session, request, now))
            return TakeResult.Nothing;
        return TakeRule.PassesCap(one, one.Current) || state.Tenants[only.Tenant].Room > 0
            ? new TakeResult([Lease(one)])
            : TakeResult.Nothing with { Capped = [only.Tenant] };

        TakenThread Lease(InMemoryThread thread) => state.Lease(thread, session, request, now) with { Inbox = state.ReadInbox(thread, 0) is { IsMore: false } page ? page.Signals : null };
    }
}
