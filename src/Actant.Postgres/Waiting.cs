using Actant.Storage;
using Npgsql;

namespace Actant.Postgres;

/// <summary>Why an execution waits, its tenant's share, and how much waits at all.</summary>
internal static class Waiting
{
    public static ValueTask<TenantShare> ShareAsync(Database database, int tenant, CancellationToken cancellationToken) => database.RepeatAsync(
        "SELECT weight, max_running, max_queued FROM tenants WHERE id = $1",
        parameters => parameters.Int(tenant),
        static async (rows, token) => await rows.ReadAsync(token) ? Share(rows) : TenantShare.Default,
        cancellationToken);

    public static ValueTask<QueueDepth> MeasureAsync(Database database, int max, CancellationToken cancellationToken) => database.RepeatAsync(
        "SELECT tenant, ready, oldest FROM actant_depth($1)",
        parameters => parameters.Int(max),
        static async (rows, token) =>
        {
            var ready = new Dictionary<TenantId, int>();
            DateTimeOffset? oldest = null;
            while (await rows.ReadAsync(token))
            {
                ready.Add(new TenantId(rows.GetString(0)), rows.GetInt32(1));
                oldest = rows.TimeOrNull(2);
            }

            return new QueueDepth(ready, oldest);
        },
        cancellationToken);

    public static ValueTask<IReadOnlyList<OverdueExecution>> OverdueAsync(Database database, int max, CancellationToken cancellationToken) => database.RepeatAsync(
        "SELECT tenant, thread, execution, deadline FROM actant_overdue($1, $2)",
        parameters => parameters.Time(database.Clock).Int(max),
        static async (rows, token) =>
        {
            var overdue = new List<OverdueExecution>();
            while (await rows.ReadAsync(token))
            {
                overdue.Add(new OverdueExecution(
                    new ThreadKey(new TenantId(rows.GetString(0)), rows.GetString(1)), new ExecutionId(rows.GetGuid(2)), rows.Time(3)));
            }

            return (IReadOnlyList<OverdueExecution>)overdue;
        },
        cancellationToken);

    public static ValueTask<ExecutionWait?> FindAsync(Database database, int tenant, ExecutionId execution, CancellationToken cancellationToken) =>
        database.RepeatAsync(
            "SELECT weight, max_running, max_queued, running, ahead, format, needs, deaths FROM actant_wait($1, $2, $3)",
            parameters => parameters.Int(tenant).Id(execution.Value).Int(ExecutionWait.MaxAhead),
            static async (rows, token) => await rows.ReadAsync(token)
                ? new ExecutionWait(rows.IntOrNull(4), rows.GetInt32(3), Share(rows), rows.GetInt32(5)) { Needs = rows.TextOrNull(6)?.Split('\n') ?? [], Deaths = rows.GetInt32(7) }
                : null,
            cancellationToken);

    private static TenantShare Share(NpgsqlDataReader row) => new(row.GetInt32(0), row.IntOrNull(1), row.IntOrNull(2));
}
