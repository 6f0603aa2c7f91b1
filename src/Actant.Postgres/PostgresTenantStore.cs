using Actant.Storage;
using Npgsql;

namespace Actant.Postgres;

internal sealed class PostgresTenantStore(PostgresStore store, TenantId tenant) : ITenantStore
{
    private const int MaxCallBytes = 4 * 1024 * 1024;
    private const int RowBytes = 512;

    public TenantId Tenant => tenant;

    public IRecordStore Records => new PostgresRecordStore(store, tenant);

    private Database Database => store.Database;

    public async ValueTask<IReadOnlyList<SubmitResult>> SubmitAsync(IReadOnlyList<Submission> submissions, CancellationToken cancellationToken)
    {
        StorageLimits.Check(submissions);
        var number = await store.Tenants.MakeAsync(tenant, cancellationToken);
        var results = new List<SubmitResult>(submissions.Count);
        for (var start = 0; start < submissions.Count;)
        {
            // Each is accepted by itself, so a large call goes in parts.
            var (count, bytes) = (0, 0L);
            while (start + count < submissions.Count && (count == 0 || bytes < MaxCallBytes))
            {
                var submission = submissions[start + count++];
                bytes += submission.Input.Length + submission.Displacement.Length + RowBytes;
            }

            // What the first part has leased must reach its node: behind it nobody gives up.
            results.AddRange(await SubmitAsync(
                number, [.. submissions.Skip(start).Take(count)], (int)bytes, start == 0 ? cancellationToken : CancellationToken.None));
            start += count;
        }

        return results;
    }

    public async ValueTask<SignalResult> SignalAsync(string thread, IReadOnlyList<Signal> signals, CancellationToken cancellationToken)
    {
        StorageLimits.Check(signals);
        StorageLimits.Check(Key(thread));
        var bytes = (int)Math.Min(signals.Sum(signal => (long)signal.Body.Length + RowBytes), int.MaxValue);
        var call = new SignalCall(await NumberAsync(cancellationToken), Key(thread), signals) { Bytes = bytes, Items = signals.Count };
        return await store.LaneOf(Key(thread)).WriteAsync(call, cancellationToken);
    }

    public async ValueTask<bool> StartAsync(ExecutionId execution, Principal? by, CancellationToken cancellationToken)
    {
        var number = await NumberAsync(cancellationToken);
        var isReady = await Database.RepeatAsync<bool?>(
            "SELECT actant_start($1, $2, $3, $4)",
            parameters => parameters.Time(Database.Clock).Int(number).Id(execution.Value).Bytes(by is null ? null : RowValues.Write(by)),
            static async (rows, token) => await rows.ReadAsync(token) ? rows.BoolOrNull(0) : null,
            cancellationToken);
        if (isReady == true)
            store.WakeForWork();
        return isReady is not null;
    }

    public async ValueTask<ExecutionRecord?> GetExecutionAsync(ExecutionId execution, CancellationToken cancellationToken) =>
        await Reading.ExecutionAsync(Database, tenant, await NumberAsync(cancellationToken), execution, null, cancellationToken);

    public async ValueTask<ExecutionRecord?> FindExecutionAsync(string idempotencyKey, CancellationToken cancellationToken)
    {
        var number = await NumberAsync(cancellationToken);
        return StoredText.CanBe(idempotencyKey)
            ? await Reading.ExecutionAsync(Database, tenant, number, null, idempotencyKey, cancellationToken)
            : null;
    }

    public async ValueTask<Page<ExecutionRecord>> ListExecutionsAsync(
        ExecutionFilter filter, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var after = PageCursor.Parse(cursor);
        var number = await NumberAsync(cancellationToken);
        return StoredText.CanBe(filter.Agent) && StoredText.CanBe(filter.Thread) && filter.Keys.All(StoredText.CanBe)
            ? await Listing.ExecutionsAsync(Database, tenant, number, filter, after, limit, cancellationToken)
            : new Page<ExecutionRecord>([], null);
    }

    public async ValueTask<IReadOnlyList<string>> FindThreadsAsync(string subject, string? after, int limit, CancellationToken cancellationToken)
    {
        var number = await NumberAsync(cancellationToken);
        return StoredText.CanBe(subject) && StoredText.CanBe(after) ? await Listing.ThreadsAsync(Database, number, subject, after, limit, cancellationToken) : [];
    }

    public async ValueTask<ThreadRecord?> GetThreadAsync(string thread, CancellationToken cancellationToken)
    {
        var number = await NumberAsync(cancellationToken);
        return StoredText.CanBe(thread) ? await Listing.ThreadAsync(Database, Key(thread), number, cancellationToken) : null;
    }

    public async ValueTask<Page<ThreadRecord>> ListThreadsAsync(string? cursor, int limit, CancellationToken cancellationToken)
    {
        var after = PageCursor.Parse(cursor);
        return await Listing.ThreadsAsync(Database, tenant, await NumberAsync(cancellationToken), after, limit, cancellationToken);
    }

    public async ValueTask<IReadOnlyList<StoredEntry>> ReadAsync(string thread, long from, int limit, CancellationToken cancellationToken)
    {
        var number = await NumberAsync(cancellationToken);
        return StoredText.CanBe(thread) ? await Reading.EntriesAsync(Database, number, thread, from, limit, cancellationToken) : [];
    }

    public async ValueTask<byte[]?> ReadBlobAsync(string thread, BlobHash hash, CancellationToken cancellationToken)
    {
        StorageLimits.Check(hash);
        var number = await NumberAsync(cancellationToken);
        return StoredText.CanBe(thread) ? await Reading.BlobAsync(Database, number, thread, hash, cancellationToken) : null;
    }

    public async ValueTask<BranchOutcome> ForkAsync(ForkRequest request, CancellationToken cancellationToken)
    {
        StorageLimits.Check(request);
        var number = await NumberAsync(cancellationToken);
        return await new Forking(store, number, request).RunAsync(cancellationToken);
    }

    public async ValueTask<BranchOutcome> RewindAsync(RewindRequest request, CancellationToken cancellationToken)
    {
        StorageLimits.Check(request);
        var number = await NumberAsync(cancellationToken);
        return await BranchAsync(
            "SELECT actant_rewind($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)",
            parameters => BindContinuation(
                BindEntry(parameters.Time(Database.Clock).Int(number).Text(request.Thread).Long(request.Expected), request.Entry).Int(request.Format),
                request.Continues).Text(request.Key?.Key).Hash(request.Key?.Fingerprint),
            request.Continues,
            cancellationToken);
    }

    public async ValueTask<BranchOutcome> EraseAsync(EraseRequest request, CancellationToken cancellationToken)
    {
        StorageLimits.Check(request);
        return await Erasing.EraseAsync(Database, await NumberAsync(cancellationToken), request, cancellationToken);
    }

    public async ValueTask<BranchRecord?> FindBranchAsync(string key, CancellationToken cancellationToken)
    {
        var number = await NumberAsync(cancellationToken);
        return StoredText.CanBe(key) ? await Reading.BranchAsync(Database, number, key, cancellationToken) : null;
    }

    public async ValueTask<bool> DeleteThreadAsync(string thread, CancellationToken cancellationToken)
    {
        var number = await NumberAsync(cancellationToken);
        if (!StoredText.CanBe(thread))
            return false;
        cancellationToken.ThrowIfCancellationRequested();
        return await DeleteAsync(number, thread).WaitAsync(cancellationToken);
    }

    public async ValueTask<Page<OutboxRecord>> ListOutboxAsync(bool dead, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var after = PageCursor.Parse(cursor);
        return await Outbox.ListAsync(Database, tenant, await NumberAsync(cancellationToken), dead, after, limit, cancellationToken);
    }

    public async ValueTask<bool> ResendAsync(Guid delivery, CancellationToken cancellationToken) =>
        await Outbox.ResendAsync(Database, await NumberAsync(cancellationToken), delivery, cancellationToken);

    public async ValueTask WriteDefinitionAsync(BlobHash hash, ReadOnlyMemory<byte> definition, CancellationToken cancellationToken)
    {
        StorageLimits.Check(hash);
        StorageLimits.CheckContent(definition);
        var number = await store.Tenants.MakeAsync(tenant, cancellationToken);
        await Database.DoAsync(
            "INSERT INTO definitions (tenant, hash, content) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            parameters => parameters.Int(number).Hash(hash).Bytes(definition),
            cancellationToken);
    }

    public async ValueTask<IReadOnlyList<DailyUsage>> ReadUsageAsync(DateOnly first, DateOnly last, CancellationToken cancellationToken) =>
        await Reading.UsageAsync(Database, await NumberAsync(cancellationToken), first, last, cancellationToken);

    public async ValueTask<byte[]?> ReadDefinitionAsync(BlobHash hash, CancellationToken cancellationToken)
    {
        StorageLimits.Check(hash);
        return await Reading.DefinitionAsync(Database, await NumberAsync(cancellationToken), hash, cancellationToken);
    }

    public async ValueTask SetShareAsync(TenantShare share, CancellationToken cancellationToken)
    {
        StorageLimits.Check(share);
        var number = await store.Tenants.MakeAsync(tenant, cancellationToken);
        await Database.DoAsync(
            "UPDATE tenants SET weight = $2, max_running = $3, max_queued = $4 WHERE id = $1",
            parameters => parameters.Int(number).Int(share.Weight).Int(share.MaxRunning).Int(share.MaxQueued),
            cancellationToken);
        store.WakeForWork();
    }

    public async ValueTask<TenantShare> GetShareAsync(CancellationToken cancellationToken) =>
        await Waiting.ShareAsync(Database, await NumberAsync(cancellationToken), cancellationToken);

    public async ValueTask<ExecutionWait?> FindWaitAsync(ExecutionId execution, CancellationToken cancellationToken) =>
        await Waiting.FindAsync(Database, await NumberAsync(cancellationToken), execution, cancellationToken);

    public async ValueTask<StoredBytes> MeasureAsync(CancellationToken cancellationToken) =>
        await StoredSize.ReadAsync(Database, await NumberAsync(cancellationToken), cancellationToken);

    internal static NpgsqlParameterCollection BindEntry(NpgsqlParameterCollection parameters, EncodedEntry entry) =>
        parameters.Id(entry.Id).Id(entry.Execution?.Value).Bytes(entry.Body);

    internal static NpgsqlParameterCollection BindContinuation(NpgsqlParameterCollection parameters, Submission? continues) =>
        parameters.Id(continues?.Id.Value).Text(continues?.Agent).Hash(continues?.Definition).Text(continues?.IdempotencyKey)
            .Hash(continues?.Fingerprint).Small((short?)continues?.Priority).Time(continues?.Deadline).Bool(continues?.Held)
            .Bytes(continues?.Tags?.ToBytes()).Text(SubmissionTable.KeysOf(continues?.Tags));

    private async ValueTask<SubmitResult[]> SubmitAsync(int number, Submission[] submissions, int bytes, CancellationToken cancellationToken)
    {
        var takenIds = store.Ids.Take(submissions.Count(submission => submission.LeaseTo is not null));
        var accepters = submissions.Select(submission => store.NumberOf(submission.AcceptedBy)).ToList();
        var call = new SubmitCall(tenant, number, submissions, accepters, takenIds) { Bytes = bytes, Items = submissions.Length };
        var results = await store.LaneOf(Key(submissions[0].Thread)).WriteAsync(call, cancellationToken);
        var used = results.Where(result => result.Lease is not null).Select(result => result.Lease!.Taken.Id).ToHashSet();
        takenIds.RemoveAll(used.Contains);
        store.Ids.GiveBack(takenIds, 0);
        return results;
    }

    private async ValueTask<BranchOutcome> BranchAsync(
        string sql, Action<NpgsqlParameterCollection> bind, Submission? continues, CancellationToken cancellationToken)
    {
        int outcome;
        try
        {
            outcome = await Database.RepeatAsync(
                sql,
                bind,
                static async (rows, token) =>
                {
                    await rows.ReadAsync(token);
                    return rows.GetInt32(0);
                },
                cancellationToken);
        }
        catch (PostgresException exception) when (exception is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "branch_keys_pkey" })
        {
            return BranchOutcome.KeyKnown;
        }

        if (outcome >= 100)
            throw new ArgumentException("The execution that goes on has an id or key that is known already.", nameof(continues));
        if (outcome == 0 && continues is { Held: false })
            store.WakeForWork();
        return (BranchOutcome)outcome;
    }

    /// <summary>Goes on when its caller has gone: a thread that has lost its name is removed whole.</summary>
    private async Task<bool> DeleteAsync(int number, string thread)
    {
        var (row, holder) = await Database.OnceAsync(
            "SELECT thread, holder FROM actant_delete($1, $2)",
            parameters => parameters.Int(number).Text(thread),
            static async (rows, token) => await rows.ReadAsync(token) ? (rows.GetInt64(0), rows.IdOrNull(1)) : ((long?)null, (Guid?)null),
            CancellationToken.None);
        if (row is not { } found)
            return false;
        if (holder is not null)
            store.Wake([(new Wakeup(WakeupKind.LeaseEnded, Key(thread)), holder)]);
        await store.RemoveAsync(found, CancellationToken.None);
        return true;
    }

    private ValueTask<int> NumberAsync(CancellationToken cancellationToken) => store.Tenants.OfAsync(tenant, cancellationToken);

    private ThreadKey Key(string thread) => new(tenant, thread);
}
