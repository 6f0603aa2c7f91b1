using Actant.Storage;
using Npgsql;

namespace Actant.Postgres;

/// <summary>Pages of an inbox: the calls by their own index, past all inputs that wait, and the one input that may be read.</summary>
internal static class InboxReading
{
    private const int SignalWidth = 6;

    // One more than a page says that more follow. Their bodies are left where they are until it is known which are in it.
    private static readonly string _sql =
        $"""
        SELECT i.number, i.kind, i.execution, coalesce(i.key, '{StorageLimits.InputPrefix}' || i.execution), i.body, i.at, {ExecutionRow.Columns},
            t.signal_number, i.found
          FROM threads t
          LEFT JOIN LATERAL (
            SELECT c.*, sum(length(c.body)) OVER (ORDER BY c.number) - length(c.body) AS bytes_before, count(*) OVER () AS found FROM (
              (SELECT b.* FROM inbox b WHERE b.thread = t.id AND b.kind <> 1 AND b.hash IS NULL AND b.number > greatest(t.consumed_to, $3)
                AND NOT b.number = ANY (t.consumed) ORDER BY b.number LIMIT {StorageLimits.MaxItems + 1})
              UNION ALL
              (SELECT b.* FROM executions x JOIN inbox b ON b.thread = t.id AND b.number > greatest(t.consumed_to, $3) AND b.kind = 1
                  AND b.execution = x.id AND NOT b.number = ANY (t.consumed)
                WHERE x.number = t.current AND x.start_position IS NULL ORDER BY b.number LIMIT 1)
              ORDER BY number LIMIT {StorageLimits.MaxItems + 1}) c) i ON i.bytes_before < {InboxPage.MaxBytes}
          LEFT JOIN executions e ON i.kind IN (3, 4) AND e.id = i.execution AND e.tenant = t.tenant
          WHERE t.tenant = $1 AND t.name = $2 ORDER BY i.number
        """;

    public static ValueTask<InboxPage> ReadAsync(Database database, ThreadKey thread, int tenant, long after, CancellationToken cancellationToken) =>
        database.RepeatAsync(
            _sql,
            parameters => parameters.Int(tenant).Text(thread.Thread).Long(Math.Max(after, 0)),
            async (rows, token) =>
            {
                var signals = new List<InboxSignal>();
                var (signalNumber, found) = (0L, 0L);
                while (await rows.ReadAsync(token))
                {
                    signalNumber = rows.GetInt64(SignalWidth + ExecutionRow.Width);
                    found = rows.LongOrNull(SignalWidth + ExecutionRow.Width + 1) ?? 0;
                    if (found > 0 && signals.Count < StorageLimits.MaxItems)
                        signals.Add(Signal(rows, thread));
                }

                return new InboxPage(signals, signalNumber, IsMore: found > signals.Count);
            },
            cancellationToken);

    private static InboxSignal Signal(NpgsqlDataReader rows, ThreadKey thread) => new(
        rows.GetInt64(0),
        (SignalKind)rows.GetInt16(1),
        rows.IdOrNull(2) is { } id ? new ExecutionId(id) : null,
        rows.GetString(3),
        rows.Bytes(4),
        rows.Time(5),
        ExecutionRow.ReadOrNull(rows, SignalWidth, thread));
}
