using Actant.Storage;
using Npgsql;

namespace Actant.Postgres;

/// <summary>
/// One fork: begun, copied piece by piece and ended, each in a transaction of its own, so that nobody waits for the whole. Until the end it
/// is a thread without a name, which nobody sees; what does not come to its end is removed.
/// </summary>
internal sealed class Forking(PostgresStore store, int tenant, ForkRequest request)
{
    // Entries and blobs of one piece, about.
    private const long PieceBytes = 1024 * 1024;

    // A copy whose last piece is older belongs to a process that is no more.
    private static readonly TimeSpan _longestPause = TimeSpan.FromMinutes(10);

    private const int MaxTries = 3;
    private const int CopyOutcome = 101;
    private const int LostOutcome = 102;

    private Database Database => store.Database;

    public async ValueTask<BranchOutcome> RunAsync(CancellationToken cancellationToken)
    {
        await RemoveAbandonedAsync(store, fork: null, cancellationToken);
        for (var tries = 1; ; tries++)
        {
            var outcome = await TryAsync(cancellationToken);
            if (outcome == 0 && request.Continues is { Held: false })
                store.WakeForWork();
            if (outcome < 100)
                return (BranchOutcome)outcome;
            if (outcome != LostOutcome)
                throw new ArgumentException("The execution that goes on has an id or key that is known already.", nameof(cancellationToken));
            if (tries == MaxTries)
                throw new StoreUnavailableException("The copy was taken for one that nobody makes any more: repeat the call.");
        }
    }

    /// <summary>Removes copies that nobody makes any more, and one that was given up.</summary>
    public static async ValueTask RemoveAbandonedAsync(PostgresStore store, long? fork, CancellationToken cancellationToken)
    {
        var abandoned = await store.Database.RepeatAsync(
            "SELECT actant_abandon_copies($1, coalesce($2, clock_timestamp()) - $3)",
            parameters => parameters.Long(fork).Time(store.Database.Clock).Span(_longestPause),
            static async (rows, token) =>
            {
                var found = new List<long>();
                while (await rows.ReadAsync(token))
                    found.Add(rows.GetInt64(0));
                return found;
            },
            cancellationToken);
        foreach (var thread in abandoned)
            await store.RemoveAsync(thread, cancellationToken);
    }

    private async ValueTask<int> TryAsync(CancellationToken cancellationToken)
    {
        var cut = await Reading.CutAsync(Database, tenant, request.Source, request.Position, cancellationToken);
        var (begun, source, fork) = await BeginAsync(cut, cancellationToken);
        if (begun != CopyOutcome)
            return begun;
        var outcome = LostOutcome;
        try
        {
            await CopyAsync(source, fork, cut!.Value.Position, cancellationToken);
            outcome = await CompleteAsync(cut.Value, source, fork, cancellationToken);
        }
        catch (PostgresException exception) when (exception is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "branch_keys_pkey" })
        {
            outcome = (int)BranchOutcome.KeyKnown;
        }
        finally
        {
            if (outcome != (int)BranchOutcome.Stored)
                await RemoveAbandonedAsync(store, fork, CancellationToken.None);
        }

        return outcome;
    }

    private ValueTask<(int Outcome, long Source, long Fork)> BeginAsync((long Position, int Count, byte[] Entries)? cut, CancellationToken cancellationToken) =>
        Database.RepeatAsync(
            "SELECT outcome, source, fork FROM actant_begin_fork($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            parameters => parameters.Time(Database.Clock).Int(tenant).Text(request.Source).Long(request.Position).Text(request.Target)
                .Long(cut?.Position).Int(cut?.Count).Bytes(cut?.Entries).Id(request.Entry.Id).Id(request.Continues?.Id.Value)
                .Text(request.Continues?.IdempotencyKey).Text(request.Key?.Key),
            static async (rows, token) =>
            {
                await rows.ReadAsync(token);
                return (rows.GetInt32(0), rows.LongOrNull(1) ?? 0, rows.LongOrNull(2) ?? 0);
            },
            cancellationToken);

    private async ValueTask CopyAsync(long source, long fork, long before, CancellationToken cancellationToken)
    {
        for (long? after = 0; after is not null;)
        {
            var behind = after;
            after = await Database.RepeatAsync(
                "SELECT actant_copy_entries($1, $2, $3, $4, $5, $6)",
                parameters => parameters.Time(Database.Clock).Long(source).Long(fork).Long(behind).Long(before).Long(PieceBytes),
                static async (rows, token) => await rows.ReadAsync(token) ? rows.LongOrNull(0) : null,
                cancellationToken);
        }

        for (byte[]? after = []; after is not null;)
        {
            var behind = after;
            after = await Database.RepeatAsync(
                "SELECT actant_copy_blobs($1, $2, $3, $4, $5)",
                parameters => parameters.Time(Database.Clock).Long(source).Long(fork).Bytes(behind).Long(PieceBytes),
                static async (rows, token) => await rows.ReadAsync(token) ? rows.BytesOrNull(0) : null,
                cancellationToken);
        }
    }

    private ValueTask<int> CompleteAsync((long Position, int Count, byte[] Entries) cut, long source, long fork, CancellationToken cancellationToken) =>
        Database.RepeatAsync(
            "SELECT actant_end_fork($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)",
            parameters => PostgresTenantStore.BindContinuation(
                PostgresTenantStore.BindEntry(
                    parameters.Time(Database.Clock).Int(tenant).Long(source).Long(fork).Long(request.Position).Text(request.Target)
                        .Long(cut.Position).Int(cut.Count).Bytes(cut.Entries),
                    request.Entry).Int(request.Format),
                request.Continues).Text(request.Key?.Key).Hash(request.Key?.Fingerprint),
            static async (rows, token) =>
            {
                await rows.ReadAsync(token);
                return rows.GetInt32(0);
            },
            cancellationToken);
}
