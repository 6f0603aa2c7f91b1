using Actant.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Actant.Postgres;

/// <summary>What leaves: its rows are taken and settled by whoever delivers.</summary>
internal static class Outbox
{
    /// <summary>The rows, and whether threads were freed of sessions that have ended.</summary>
    public static ValueTask<(IReadOnlyList<OutboxDelivery> Deliveries, bool Freed)> TakeAsync(
        Database database, OutboxTakeRequest request, CancellationToken cancellationToken) => database.OnceAsync(
            "SELECT delivery, tenant, thread, destination, body, attempt, written_at, since, held_with FROM actant_take_outbox($1, $2, $3, $4, $5)",
            parameters => parameters.Time(database.Clock).Id(request.Session.Value).Int(StorageLimits.ClampLimit(request.Max))
                .Array<string>(NpgsqlDbType.Text, [.. request.ExceptGroups])
                .Array<string>(NpgsqlDbType.Text, [.. request.ExceptTenants.Select(static tenant => tenant.Value)]),
            ReadAsync,
            cancellationToken);

    public static ValueTask<bool> SettleAsync(Database database, Guid delivery, OutboxSettlement settlement, CancellationToken cancellationToken) => database.RepeatAsync(
        "SELECT actant_settle_outbox($1, $2, $3, $4, $5, $6)",
        parameters => parameters.Time(database.Clock).Id(delivery).Int((int)settlement.Kind).Time(settlement.RetryAt)
            .Text(StoredText.Clean(settlement.Reason)).Int(settlement.Attempt),
        static async (rows, token) => await rows.ReadAsync(token) && rows.GetBoolean(0),
        cancellationToken);

    public static ValueTask<bool> ResendAsync(Database database, int tenant, Guid delivery, CancellationToken cancellationToken) => database.RepeatAsync(
        "SELECT actant_resend($1, $2, $3)",
        parameters => parameters.Time(database.Clock).Int(tenant).Id(delivery),
        static async (rows, token) => await rows.ReadAsync(token) && rows.GetBoolean(0),
        cancellationToken);

    public static ValueTask<Page<OutboxRecord>> ListAsync(
        Database database, TenantId tenant, int number, bool dead, PageCursor? after, int limit, CancellationToken cancellationToken)
    {
        var count = StorageLimits.ClampLimit(limit);

        // One text per index that serves it.
        return database.RepeatAsync(
            $"""
            SELECT o.number, o.delivery, t.name, o.destination, o.body, o.attempt, o.written_at, o.due, o.reason, o.held_with
              FROM outbox o JOIN threads t ON t.id = o.thread AND t.name IS NOT NULL
              WHERE o.tenant = $1 AND o.number < $2 AND {(dead ? "" : "NOT ")}o.is_dead ORDER BY o.number DESC LIMIT $3
            """,
            parameters => parameters.Int(number).Long(after?.Number ?? long.MaxValue).Int(count + 1),
            async (rows, token) =>
            {
                var found = new List<(OutboxRecord Record, long Number)>();
                while (await rows.ReadAsync(token))
                    found.Add((ReadRecord(rows, tenant, dead), rows.GetInt64(0)));
                return Listing.Cut(found, count, static _ => DateTimeOffset.UnixEpoch);
            },
            cancellationToken);
    }

    private static OutboxRecord ReadRecord(NpgsqlDataReader row, TenantId tenant, bool dead) => new()
    {
        Row = new OutboxRow(row.GetGuid(1), row.GetString(3), row.Bytes(4)) { Group = row.TextOrNull(9) },
        Thread = new ThreadKey(tenant, row.GetString(2)),
        Attempts = row.GetInt32(5),
        WrittenAt = row.Time(6),
        Due = row.Time(7),
        IsDead = dead,
        Reason = row.TextOrNull(8),
    };

    private static async Task<(IReadOnlyList<OutboxDelivery> Deliveries, bool Freed)> ReadAsync(NpgsqlDataReader rows, CancellationToken cancellationToken)
    {
        var (deliveries, freed) = (new List<OutboxDelivery>(), false);
        while (await rows.ReadAsync(cancellationToken))
        {
            if (rows.IdOrNull(0) is not { } delivery)
            {
                freed = true;
                continue;
            }

            var row = new OutboxRow(delivery, rows.GetString(3), rows.Bytes(4)) { Group = rows.TextOrNull(8) };
            deliveries.Add(new OutboxDelivery(
                row, new ThreadKey(new TenantId(rows.GetString(1)), rows.GetString(2)), rows.GetInt32(5), rows.Time(6), rows.Time(7)));
        }

        return (deliveries, freed);
    }
}
