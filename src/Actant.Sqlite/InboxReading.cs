using Actant.Storage;
using Actant.StoreRules;

namespace Actant.Sqlite;

/// <summary>
/// Pages of an inbox: the calls by their own index, past all inputs that wait, and the one input that may be read by its key. Several
/// statements, so in a transaction: they see one moment.
/// </summary>
internal static class InboxReading
{
    private const string SignalColumns = "i.slot, i.kind, i.execution, i.key, i.body, i.at";

    public static InboxPage Read(Connection connection, ThreadKey thread, long after)
    {
        connection.Use("BEGIN").RunOnce();
        try
        {
            return ReadPage(connection, thread, after);
        }
        finally
        {
            connection.Use("COMMIT").RunOnce();
        }
    }

    private static InboxPage ReadPage(Connection connection, ThreadKey key, long after)
    {
        long thread, signalNumber;
        ExecutionId? begins;
        using (var query = connection.Use(
            """
            SELECT t.id, t.signal_number, e.id FROM threads t LEFT JOIN executions e ON e.number = t.current AND e.start_position IS NULL
              WHERE t.tenant = (SELECT id FROM tenants WHERE name = ?) AND t.name = ?
            """))
        {
            if (!query.Bind(key.Tenant.Value).Bind(key.Thread).Step())
                return InboxPage.Empty;
            (thread, signalNumber) = (query.Long(0), query.Long(1));
            begins = query.GuidOrNull(2) is { } id ? new ExecutionId(id) : null;
        }

        var from = JournalTable.Slot(thread, Math.Clamp(after, 0, StorageLimits.MaxPosition));
        var input = begins is { } execution ? Input(connection, thread, execution, from) : null;
        return InboxRule.Page(Calls(connection, key.Tenant, thread, from), input, signalNumber);
    }

    private static IEnumerable<InboxSignal> Calls(Connection connection, TenantId tenant, long thread, long from)
    {
        using var calls = connection.Use(
            $"""
            SELECT {SignalColumns}, {ExecutionColumns.All} FROM inbox i INDEXED BY inbox_calls
              LEFT JOIN threads t ON t.id = i.thread LEFT JOIN executions e ON i.kind IN (3, 4) AND e.tenant = t.tenant AND e.id = i.execution
              WHERE i.consumed = 0 AND i.kind <> 1 AND i.slot > ? AND i.slot < ? ORDER BY i.slot
            """);
        calls.Bind(from).Bind(JournalTable.Slot(thread + 1, 0));
        while (calls.Step())
            yield return Signal(calls) with { Target = calls.IsNull(6) ? null : ExecutionColumns.Read(calls, tenant, first: 6).Record };
    }

    private static InboxSignal? Input(Connection connection, long thread, ExecutionId execution, long from)
    {
        using var query = connection.Use($"SELECT {SignalColumns} FROM inbox i WHERE i.thread = ? AND i.key = ? AND i.consumed = 0 AND i.slot > ?");
        return query.Bind(thread).Bind(InboxTable.KeyOfInput(execution)).Bind(from).Step() ? Signal(query) : null;
    }

    private static InboxSignal Signal(Statement row) => new(
        JournalTable.Position(row.Long(0)),
        (SignalKind)row.Int(1),
        row.GuidOrNull(2) is { } execution ? new ExecutionId(execution) : null,
        row.Text(3),
        row.Blob(4),
        row.Time(5),
        Target: null);
}
