using Actant.Storage;

namespace Actant.Sqlite;

internal sealed class SqliteTenantStore(SqliteStore store, TenantId tenant) : ITenantStore
{
    // A reason, and who it was.
    private const int SmallSignal = 16 * 1024;

    public TenantId Tenant => tenant;

    public ValueTask<IReadOnlyList<SubmitResult>> SubmitAsync(IReadOnlyList<Submission> submissions, CancellationToken cancellationToken)
    {
        StorageLimits.Check(submissions);
        var bytes = 0L;
        foreach (var submission in submissions)
            bytes += submission.Input.Length + submission.Displacement.Length + 512;
        store.Room.Take(bytes);
        return store.WriteAsync<IReadOnlyList<SubmitResult>>(
            (int)Math.Min(bytes, int.MaxValue / 2), scope => [.. submissions.Select(submission => Submitting.Submit(scope, tenant, submission))], cancellationToken);
    }

    public ValueTask<SignalResult> SignalAsync(string thread, IReadOnlyList<Signal> signals, CancellationToken cancellationToken)
    {
        StorageLimits.Check(signals);
        StorageLimits.Check(Key(thread));
        var bytes = signals.Sum(signal => (long)signal.Body.Length + 256);

        foreach (var signal in signals)
            TakeRoom(signal);
        return store.WriteAsync(
            (int)Math.Min(bytes, int.MaxValue / 2), scope => Signalling.Signal(scope, Key(thread), signals), cancellationToken);
    }

    public ValueTask<bool> StartAsync(ExecutionId execution, Principal? by, CancellationToken cancellationToken)
    {
        // What is started writes more than this.
        store.Room.Take(0);
        return store.WriteAsync(0, scope => Submitting.Start(scope, tenant, execution, by), cancellationToken);
    }

    public ValueTask<IReadOnlyList<string>> FindThreadsAsync(string subject, string? after, int limit, CancellationToken cancellationToken) =>
        store.ReadAsync(connection => TagTable.FindThreads(connection, tenant, subject, after, limit), cancellationToken);

    public ValueTask<ExecutionRecord?> GetExecutionAsync(ExecutionId execution, CancellationToken cancellationToken) =>
        store.ReadAsync(connection => Reading.Execution(connection, tenant, execution), cancellationToken);

    public ValueTask<ExecutionRecord?> FindExecutionAsync(string idempotencyKey, CancellationToken cancellationToken) =>
        store.ReadAsync(connection => Reading.Execution(connection, tenant, idempotencyKey), cancellationToken);

    public ValueTask<Page<ExecutionRecord>> ListExecutionsAsync(
        ExecutionFilter filter, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var after = PageCursor.Parse(cursor);
        return store.ReadAsync(connection => Listing.Executions(connection, tenant, filter, after, limit), cancellationToken);
    }

    public ValueTask<ThreadRecord?> GetThreadAsync(string thread, CancellationToken cancellationToken) =>
        store.ReadAsync(connection => Listing.Thread(connection, Key(thread)), cancellationToken);

    public ValueTask<Page<ThreadRecord>> ListThreadsAsync(string? cursor, int limit, CancellationToken cancellationToken)
    {
        var after = PageCursor.Parse(cursor);
        return store.ReadAsync(connection => Listing.Threads(connection, tenant, after, limit), cancellationToken);
    }

    public ValueTask<IReadOnlyList<StoredEntry>> ReadAsync(string thread, long from, int limit, CancellationToken cancellationToken) =>
        store.ReadAsync(connection => Reading.Entries(connection, Key(thread), from, limit), cancellationToken);

    public ValueTask<byte[]?> ReadBlobAsync(string thread, BlobHash hash, CancellationToken cancellationToken)
    {
        StorageLimits.Check(hash);
        return store.ReadAsync(connection => Reading.Blob(connection, Key(thread), hash), cancellationToken);
    }

    public ValueTask<BranchOutcome> ForkAsync(ForkRequest request, CancellationToken cancellationToken)
    {
        StorageLimits.Check(request);
        store.Room.Take(request.Entry.Body.Length);
        return new Forking(store, tenant, request).RunAsync(cancellationToken);
    }

    public ValueTask<BranchOutcome> RewindAsync(RewindRequest request, CancellationToken cancellationToken)
    {
        StorageLimits.Check(request);
        store.Room.Take(request.Entry.Body.Length);
        return store.WriteAsync(request.Entry.Body.Length, scope => Branching.Rewind(scope, tenant, request), cancellationToken);
    }

    public ValueTask<BranchOutcome> EraseAsync(EraseRequest request, CancellationToken cancellationToken)
    {
        StorageLimits.Check(request);
        return store.WriteAsync(request.Bodies.Sum(body => body.Value.Length), scope => Erasing.Erase(scope, tenant, request), cancellationToken);
    }

    public ValueTask<BranchRecord?> FindBranchAsync(string key, CancellationToken cancellationToken) =>
        store.ReadAsync(connection => BranchKeyTable.Find(connection, tenant, key), cancellationToken);

    public async ValueTask<bool> DeleteThreadAsync(string thread, CancellationToken cancellationToken)
    {
        if (await store.WriteAsync(0, scope => Removal.Begin(scope, Key(thread)), cancellationToken) is not { } number)
            return false;
        await store.RemoveAsync(number);
        return true;
    }

    public ValueTask<Page<OutboxRecord>> ListOutboxAsync(bool dead, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var after = PageCursor.Parse(cursor);
        return store.ReadAsync(connection => OutboxReading.List(connection, tenant, dead, after, limit), cancellationToken);
    }

    public ValueTask<bool> ResendAsync(Guid delivery, CancellationToken cancellationToken) =>
        store.WriteAsync(0, scope => scope.Outbox.Resend(scope.Tenants.NumberOf(tenant), delivery, scope.Now), cancellationToken);

    public ValueTask WriteDefinitionAsync(BlobHash hash, ReadOnlyMemory<byte> definition, CancellationToken cancellationToken)
    {
        StorageLimits.Check(hash);
        StorageLimits.CheckContent(definition);
        store.Room.Take(definition.Length);
        return store.DoAsync(definition.Length, scope => Content.WriteDefinition(scope, tenant, hash, definition), cancellationToken);
    }

    public ValueTask<byte[]?> ReadDefinitionAsync(BlobHash hash, CancellationToken cancellationToken)
    {
        StorageLimits.Check(hash);
        return store.ReadAsync(connection => Reading.Definition(connection, tenant, hash), cancellationToken);
    }

    public ValueTask SetShareAsync(TenantShare share, CancellationToken cancellationToken)
    {
        StorageLimits.Check(share);
        return store.DoAsync(0, scope => scope.Shares.Set(scope.Tenants.NumberOf(tenant), share), cancellationToken);
    }

    public ValueTask<TenantShare> GetShareAsync(CancellationToken cancellationToken) =>
        store.ReadAsync(connection => Waiting.Share(connection, tenant), cancellationToken);

    public ValueTask<ExecutionWait?> FindWaitAsync(ExecutionId execution, CancellationToken cancellationToken) =>
        store.ReadAsync(connection => Waiting.Find(connection, tenant, execution), cancellationToken);

    public ValueTask<StoredBytes> MeasureAsync(CancellationToken cancellationToken) =>
        store.ReadAsync(connection => StoredSize.Read(connection, tenant), cancellationToken);

    public IRecordStore Records => new SqliteRecordStore(store, tenant);

    public ValueTask<IReadOnlyList<DailyUsage>> ReadUsageAsync(DateOnly first, DateOnly last, CancellationToken cancellationToken) =>
        store.ReadAsync(connection => UsageTable.Read(connection, tenant, first, last), cancellationToken);

    /// <summary>A wish to end something is small, and makes room; a result or an end that comes from the engine is work that was done.</summary>
    private void TakeRoom(Signal signal)
    {
        var isEnding = signal.Kind is SignalKind.Cancel or SignalKind.Stop && signal.Body.Length <= SmallSignal;
        if (!isEnding)
            store.Room.Take(signal.Body.Length + 256, signal.Kind is SignalKind.Callback or SignalKind.ChildEnded ? DiskUse.Work : DiskUse.Intake);
    }

    private ThreadKey Key(string thread) => new(tenant, thread);
}
