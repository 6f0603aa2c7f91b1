using Actant.Storage;

namespace Actant.Sqlite;

/// <summary>
/// Deletes a thread in two moves: the first takes its name, after which it is gone for everybody; then what hangs on it goes in
/// bounded batches, so that no other write waits long. A thread without a name is what a crash left to remove.
/// </summary>
internal static class Removal
{
    private const int BatchRows = 1000;

    /// <summary>Each removes up to so many rows of a thread; the thread's own row is last.</summary>
    private static readonly string[] _deletes =
    [
        "DELETE FROM outbox WHERE number IN (SELECT number FROM outbox WHERE thread = ?1 LIMIT ?2)",
        "DELETE FROM inbox WHERE slot IN (SELECT slot FROM inbox WHERE slot >= ?1 << 28 AND slot < (?1 + 1) << 28 LIMIT ?2)",
        "DELETE FROM execution_tags WHERE (tenant, tag, number) IN (SELECT tenant, tag, number FROM execution_tags WHERE thread = ?1 LIMIT ?2)",
        "DELETE FROM thread_subjects WHERE (tenant, subject, thread) IN (SELECT tenant, subject, thread FROM thread_subjects WHERE thread = ?1 LIMIT ?2)",
        "DELETE FROM executions WHERE number IN (SELECT number FROM executions WHERE thread = ?1 LIMIT ?2)",
        "DELETE FROM journal WHERE slot IN (SELECT slot FROM journal WHERE slot >= ?1 << 28 AND slot < (?1 + 1) << 28 LIMIT ?2)",
        "DELETE FROM blobs WHERE rowid IN (SELECT rowid FROM blobs WHERE thread = ?1 LIMIT ?2)",
        "DELETE FROM snapshots WHERE thread IN (SELECT thread FROM snapshots WHERE thread = ?1 LIMIT ?2)",
        "DELETE FROM branch_keys WHERE rowid IN (SELECT rowid FROM branch_keys WHERE thread = ?1 LIMIT ?2)",
        "DELETE FROM threads WHERE id IN (SELECT id FROM threads WHERE id = ?1 AND name IS NULL LIMIT ?2)",
    ];

    /// <summary>Takes a thread's name and lease; answers with its number, or <c>null</c> without such a thread.</summary>
    public static long? Begin(WriteScope scope, ThreadKey key)
    {
        if (scope.Threads.Find(key) is not { } thread)
            return null;
        if (thread.IsLeased)
            scope.Wake(new Wakeup(WakeupKind.LeaseEnded, key));
        using (var floor = scope.Connection.Use("UPDATE store SET epoch_floor = max(epoch_floor, ?)"))
            floor.Bind(thread.Epoch).Run();
        using var update = scope.Connection.Use(
            "UPDATE threads SET name = NULL, holder = NULL, ready = 0, due = NULL, current = NULL, is_open = 0 WHERE id = ?");
        update.Bind(thread.Number).Run();
        scope.AfterCommit(() => scope.Executions.Removing++);
        return thread.Number;
    }

    /// <summary>Begins with a row that never had a name. <c>false</c> when it has one, or is gone.</summary>
    public static bool BeginOfNameless(WriteScope scope, long thread)
    {
        using var query = scope.Connection.Use("SELECT 1 FROM threads WHERE id = ? AND name IS NULL");
        if (!query.Bind(thread).Step())
            return false;
        scope.AfterCommit(() => scope.Executions.Removing++);
        return true;
    }

    /// <summary>Removes the next batch; <c>true</c> when nothing is left.</summary>
    public static bool RemoveBatch(WriteScope scope, long thread)
    {
        var room = BatchRows;
        foreach (var delete in _deletes)
        {
            if (room == 0)
                return false;
            using var statement = scope.Connection.Use(delete);
            room -= statement.Bind(thread).Bind(room).Run();
        }

        if (room == 0)
            return false;
        scope.AfterCommit(() =>
        {
            scope.Executions.Removing--;
            CutLog(scope.Connection);
        });
        return true;
    }

    /// <summary>
    /// The log still has the pages as they were. Where a reader is in the way it stays until the next time: nobody waits for it, so a
    /// failure is none.
    /// </summary>
    public static void CutLog(Connection connection)
    {
        try
        {
            connection.Execute("PRAGMA busy_timeout = 100; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA busy_timeout = 5000");
        }
        catch (SqliteFault)
        {
            // The next commit says what is wrong with the disk.
        }
    }

    /// <summary>What a former process has begun to delete.</summary>
    public static List<long> Leftovers(WriteScope scope)
    {
        var threads = new List<long>();
        using var query = scope.Connection.Use("SELECT id FROM threads WHERE name IS NULL");
        while (query.Step())
            threads.Add(query.Long(0));
        return threads;
    }
}
