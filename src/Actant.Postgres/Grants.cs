using Actant.Storage;

namespace Actant.Postgres;

/// <summary>Limits that all nodes share.</summary>
internal static class Grants
{
    public static ValueTask<Grant?> TakeAsync(Database database, int tenant, GrantRequest request, CancellationToken cancellationToken) =>
        database.RepeatAsync(
            "SELECT given, spend_within, retry_after, slot FROM actant_take_grant($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            parameters => parameters.Time(database.Clock).Id(request.Session.Value).Int(tenant).Hash(request.Limit).Int(request.Capacity)
                .Long(request.Window.Ticks / TimeSpan.TicksPerMicrosecond).Int(request.Wanted).Int(request.Spare)
                .Int(request.Unspent).Long(request.UnspentSlice),
            static async (rows, token) => await rows.ReadAsync(token)
                ? new Grant(rows.GetInt32(0), TimeSpan.FromMicroseconds(rows.GetInt64(1)), TimeSpan.FromMicroseconds(rows.GetInt64(2)), rows.GetInt64(3))
                : (Grant?)null,
            cancellationToken);
}
