using Actant.Storage;
using Actant.StoreRules;

namespace Actant.Sqlite;

/// <summary>Renewing and taking, inside the writer's transaction.</summary>
internal static class Leasing
{
    public static Heartbeat? Renew(WriteScope scope, SessionId id)
    {
        var now = scope.Now;
        scope.Sessions.EndExpired();
        if (scope.Sessions.Find(id) is not { } session)
            return null;
        session.ExpiresAt = scope.Clock.Steady + session.Length;
        scope.Threads.WakeDue(now);
        return new Heartbeat(
            scope.Threads.AnyReady() || LeftTable.Any(scope),
            scope.Threads.Signalled(session.Number, StorageLimits.MaxItems),
            new[] { scope.Threads.NextDue(), scope.Sessions.NextEnd(session) }.Min(),
            scope.Clock.Now)
        {
            NextDelivery = scope.Outbox.NextDue(),
            NextDeadline = DeadlineTable.Next(scope.Connection),
        };
    }

    public static TakeResult Take(WriteScope scope, TakeRequest request)
    {
        var now = scope.Now;
        scope.Sessions.EndExpired();
        if (scope.Sessions.Find(request.Session) is not { } session)
            return TakeResult.Nothing;
        scope.Threads.WakeDue(now);
        if (request.Only is not { } only)
        {
            var max = Math.Min(request.Max, StorageLimits.MaxItems);
            var (taken, capped) = (new List<TakenThread>(), new HashSet<TenantId>());
            Add(LeftTable.Choose(scope, session, max, request.Format));
            Add(QuarantineTable.Choose(scope, session, max - taken.Count, request));
            if (taken.Count < max)
                Add(scope.Threads.Choose(max - taken.Count, request.Format));
            if (taken.Count == max && request.Beside > 0)
                Add((scope.Threads.ChooseBeside(session.Number, Math.Min(request.Beside, StorageLimits.MaxItems), request.Format), []));
            return new TakeResult(taken) { Capped = [.. capped] };

            void Add((List<SqliteThread> Chosen, List<TenantId> Capped) part)
            {
                taken.AddRange(part.Chosen.ConvertAll(thread => Lease(scope, thread, session, request, now)));
                capped.UnionWith(part.Capped);
            }
        }

        if (scope.Threads.Find(only) is not { } one || !TakeRule.IsOffered(one, request) || !QuarantineTable.IsAdmitted(scope, one, session, request))
            return TakeResult.Nothing;
        return TakeRule.PassesCap(one, scope.Executions.Find(one.Place.Current, only.Tenant)) || scope.Shares.RoomOf(one.Tenant) > 0
            ? new TakeResult([Lease(scope, one, session, request, now)])
            : TakeResult.Nothing with { Capped = [only.Tenant] };
    }

    /// <summary>Gives an unleased thread to a session, with the entry that says so, and saves it.</summary>
    public static TakenThread Lease(WriteScope scope, SqliteThread thread, OpenedSession session, TakeRequest request, DateTimeOffset now)
    {
        var current = scope.Executions.Find(thread.Place.Current, thread.Key.Tenant);
        if (current?.Begun(now) is { } begun && !ReferenceEquals(begun, current.Record))
            scope.Executions.Save(current.Number, current.Record = begun);
        TakeRule.Lease(thread, session.Number, now);
        var id = scope.Ids.Next();
        var body = request.TakenBody.ToArray();
        scope.Journal.Append(thread, id, null, thread.Epoch, body);
        scope.Threads.Save(thread);
        return TakeRule.Answer(thread, new StoredEntry(thread.Position, id, null, thread.Epoch, body), current?.Record);
    }
}
