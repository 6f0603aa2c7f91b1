using Actant.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Actant.Postgres;

/// <summary>What <c>actant_take</c> answers.</summary>
/// <param name="Result">For whoever asked.</param>
/// <param name="Wakeups">For nodes that wait for what was taken.</param>
/// <param name="IsFreed">Whether it freed more than it took.</param>
internal sealed record Taking(TakeResult Result, List<Wakeup> Wakeups, bool IsFreed)
{
    public static ValueTask<Taking> TakeAsync(Database database, TakeRequest request, int? tenant, List<Guid> ids, CancellationToken cancellationToken) =>
        database.OnceAsync(
            $"""
            SELECT tenant, name, epoch, "position", taken, signal_number, crashes, is_told, is_freed, is_contended, capped,
                signals, input, input_at, died_alone, {ExecutionRow.ColumnsOfAnswer}
              FROM actant_take($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) r
            """,
            parameters => parameters.Time(database.Clock).Id(request.Session.Value).Int(ids.Count - BesideOf(request)).Int(BesideOf(request)).Int(request.Format)
                .Int(tenant).Text(request.Only?.Thread).Array(NpgsqlDbType.Uuid, ids).Bytes(request.TakenBody)
                .Int(request.MaxDeaths),
            (rows, token) => ReadAsync(rows, request.TakenBody, token),
            cancellationToken);

    /// <summary>How many ids a take needs.</summary>
    public static int MostOf(TakeRequest request) => request.Only is null ? Math.Min(request.Max, StorageLimits.MaxItems) + BesideOf(request) : 1;

    /// <summary>Frees what a take has taken whose answer was lost. How many threads that were.</summary>
    public static ValueTask<int> GiveBackAsync(Database database, SessionId session, List<Guid> ids, CancellationToken cancellationToken) =>
        database.RepeatAsync(
            "SELECT actant_give_back($1, $2)",
            parameters => parameters.Id(session.Value).Array(NpgsqlDbType.Uuid, ids),
            static async (rows, token) => await rows.ReadAsync(token) ? rows.GetInt32(0) : 0,
            cancellationToken);

    private static async Task<Taking> ReadAsync(NpgsqlDataReader rows, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var (taken, wakeups) = (new List<TakenThread>(), new List<Wakeup>());
        var (isFreed, isContended, capped) = (false, false, Array.Empty<string>());
        while (await rows.ReadAsync(cancellationToken))
        {
            if (rows.TextOrNull(1) is not { } name)
            {
                (isFreed, isContended, capped) = (rows.GetBoolean(8), rows.BoolOrNull(9) == true, rows.TextsOrNull(10) ?? []);
                continue;
            }

            var thread = new ThreadKey(new TenantId(rows.GetString(0)), name);
            var entry = new StoredEntry(rows.GetInt64(3), rows.GetGuid(4), null, rows.GetInt64(2), body.ToArray());
            var current = ExecutionRow.ReadOrNull(rows, 15, thread);
            taken.Add(new TakenThread(thread, entry.Epoch, entry, rows.GetInt64(5), rows.GetInt32(6), current) { Inbox = Inbox(rows, current), DiedAlone = rows.GetInt32(14) });
            if (rows.BoolOrNull(7) == true)
                wakeups.Add(new Wakeup(WakeupKind.Progressed, thread, current!.Id));
        }

        return new Taking(new TakeResult(taken, isContended) { Capped = Array.ConvertAll(capped, static name => new TenantId(name)) }, wakeups, isFreed);
    }

    private static int BesideOf(TakeRequest request) => request.Only is null ? Math.Min(request.Beside, StorageLimits.MaxItems) : 0;

    private static InboxSignal[]? Inbox(NpgsqlDataReader rows, ExecutionRecord? current)
    {
        if (rows.GetInt64(11) == 0)
            return [];
        return rows.IsDBNull(12)
            ? null
            : [new InboxSignal(rows.GetInt64(5), SignalKind.Input, current!.Id, $"{StorageLimits.InputPrefix}{current.Id}", rows.Bytes(12), rows.Time(13), Target: null)];
    }
}
