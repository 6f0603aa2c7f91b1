using Actant.Storage;
using Actant.StoreRules;

namespace Actant.Sqlite;

/// <summary>Threads under which sessions ended again and again; see <see cref="Quarantine"/>.</summary>
internal static class QuarantineTable
{
    // So many are scanned by a take. A cancel of a later one is let in by its own take.
    private const int MaxScanned = 200;

    /// <summary>The quarantined threads that a session may hold beside those that it has, and those that only end.</summary>
    public static (List<SqliteThread> Chosen, List<TenantId> Capped) Choose(WriteScope scope, OpenedSession session, int max, TakeRequest request)
    {
        var waiting = max > 0 ? scope.Threads.Quarantined(request.Format, MaxScanned) : [];
        return waiting.Count == 0
            ? ([], [])
            : TakeRule.Quarantined(
                waiting, max, GroupOf(scope, session), thread => scope.Shares.RoomOf(thread.Tenant), thread => OnlyEnds(scope, thread, request));
    }

    /// <summary>Whether a session may hold one thread beside those that it has.</summary>
    public static bool IsAdmitted(WriteScope scope, SqliteThread thread, OpenedSession session, TakeRequest request) =>
        thread.NextCrashes < Quarantine.From || OnlyEnds(scope, thread, request) || GroupOf(scope, session).TryAdd(thread.NextCrashes);

    /// <summary>Counts against the threads of a session that was lost what nothing else as suspicious shared: <see cref="Quarantine.IsAlone"/>.</summary>
    public static void CountAlone(WriteScope scope, long holder)
    {
        using var update = scope.Connection.Use(
            """
            UPDATE threads SET died_alone = died_alone + 1 WHERE holder = ?1
              AND (SELECT count(*) FROM threads o WHERE o.holder = ?1 AND o.crashes >= min(threads.crashes, 2)) = 1
            """);
        update.Bind(holder).Run();
    }

    private static bool OnlyEnds(WriteScope scope, SqliteThread thread, TakeRequest request) =>
        TakeRule.OnlyEnds(thread, scope.Executions.Find(thread.Place.Current, thread.Key.Tenant), request, scope.Now);

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
