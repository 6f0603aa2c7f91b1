using Actant.Storage;
using Npgsql;

namespace Actant.Postgres;

/// <summary>What leaves: its rows are taken and settled by whoever delivers.</summary>
internal static class Outbox
{
    /// <summary>The rows, and whether threads were freed of sessions that have ended.</summary>
    public static ValueTask<(IReadOnlyList<OutboxDelivery> Deliveries, bool Freed)> TakeAsync(
        Database database, SessionId session, int max, CancellationToken cancellationToken) => database.OnceAsync(
            "SELECT delivery, tenant, thread, destination, body, attempt, written_at FROM actant_take_outbox($1, $2, $3)",
            parameters => parameters.Time(database.Clock).Id(session.Value).Int(StorageLimits.ClampLimit(max)),
            ReadAsync,
            cancellationToken);

    public static ValueTask SettleAsync(Database database, Guid delivery, OutboxSettlement settlement, CancellationToken cancellationToken) => database.DoAsync(
        "SELECT actant_settle_outbox($1, $2, $3, $4, $5)",
        parameters => parameters.Time(database.Clock).Id(delivery).Int((int)settlement.Kind).Time(settlement.RetryAt)
            .Text(StoredText.Clean(settlement.Reason)),
        cancellationToken);

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

            var row = new OutboxRow(delivery, rows.GetString(3), rows.Bytes(4));
            deliveries.Add(new OutboxDelivery(row, new ThreadKey(new TenantId(rows.GetString(1)), rows.GetString(2)), rows.GetInt32(5), rows.Time(6)));
        }

        return (deliveries, freed);
    }
}
