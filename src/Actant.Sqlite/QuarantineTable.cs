using Actant.Storage;

namespace Actant.Sqlite;

/// <summary>Threads under which sessions ended again and again; see <see cref="Quarantine"/>.</summary>
internal static class QuarantineTable
{
    // So many are scanned by a take. A cancel of a later one is let in by its own take.
    private const int MaxScanned = 200;

    /// <summary>The quarantined threads that a session may hold beside those that it has, and those that only end.</summary>
    public static (List<ThreadRow> Chosen, List<TenantId> Capped) Choose(WriteScope scope, OpenedSession session, int max, TakeRequest request)
    {
        var (chosen, capped) = (new List<ThreadRow>(), new List<TenantId>());
        var waiting = max > 0 ? scope.Threads.Quarantined(request.Format, MaxScanned) : [];
        if (waiting.Count == 0)
            return (chosen, capped);
        var group = GroupOf(scope, session);
        foreach (var thread in waiting.TakeWhile(_ => chosen.Count < max))
        {
            if (chosen.Count(other => other.Tenant == thread.Tenant) >= scope.Shares.RoomOf(thread.Tenant))
                capped.Add(thread.Key.Tenant);
            else if (OnlyEnds(scope, thread, request) || group.TryAdd(thread.NextCrashes))
                chosen.Add(thread);
        }

        return (chosen, capped);
    }

    /// <summary>Whether a session may hold one thread beside those that it has.</summary>
    public static bool IsAdmitted(WriteScope scope, ThreadRow thread, OpenedSession session, TakeRequest request) =>
        thread.NextCrashes < Quarantine.From || OnlyEnds(scope, thread, request) || GroupOf(scope, session).TryAdd(thread.NextCrashes);

    /// <summary>Counts against the threads of a session that was lost what nothing else as suspicious shared.</summary>
    public static void CountAlone(WriteScope scope, long holder)
    {
        using var update = scope.Connection.Use(
            """
            UPDATE threads SET died_alone = died_alone + 1 WHERE holder = ?1
              AND (SELECT count(*) FROM threads o WHERE o.holder = ?1 AND o.crashes >= min(threads.crashes, 2)) = 1
            """);
        update.Bind(holder).Run();
    }

    private static bool OnlyEnds(WriteScope scope, ThreadRow thread, TakeRequest request) =>
        thread.DiedAlone >= request.MaxDeaths
        || (scope.Executions.Find(thread.Place.Current, thread.Key.Tenant) is { } current && (current.LastCancel > 0 || current.Record.Deadline <= scope.Now));

    private static QuarantineGroup GroupOf(WriteScope scope, OpenedSession session)
    {
        var crashes = new List<int>();
        using var query = scope.Connection.Use("SELECT crashes FROM threads INDEXED BY threads_holder WHERE holder = ?");
        query.Bind(session.Number);
        while (query.Step())
            crashes.Add(query.Int(0));
        return new QuarantineGroup(crashes);
    }
}
