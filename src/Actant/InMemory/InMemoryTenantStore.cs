using Actant.Storage;

namespace Actant.InMemory;

internal sealed class InMemoryTenantStore(InMemoryStore store, TenantId tenant) : ITenantStore
{
    private InMemoryState State => store.State;

    public TenantId Tenant => tenant;

    public ValueTask<IReadOnlyList<SubmitResult>> SubmitAsync(IReadOnlyList<Submission> submissions, CancellationToken cancellationToken)
    {
        StorageLimits.Check(submissions);
        var submitting = new InMemorySubmitting(State);
        return store.Locked<IReadOnlyList<SubmitResult>>(
            () => [.. submissions.Select(submission => submitting.Submit(tenant, submission))], cancellationToken);
    }

    public ValueTask<SignalResult> SignalAsync(string thread, IReadOnlyList<Signal> signals, CancellationToken cancellationToken)
    {
        StorageLimits.Check(signals);
        return store.Locked(() => new InMemorySubmitting(State).Signal(Key(thread), signals), cancellationToken);
    }

    public ValueTask<bool> StartAsync(ExecutionId execution, Principal? by, CancellationToken cancellationToken) =>
        store.Locked(() => new InMemorySubmitting(State).Start(tenant, execution, by), cancellationToken);

    public ValueTask<IReadOnlyList<string>> FindThreadsAsync(string subject, string? after, int limit, CancellationToken cancellationToken) =>
        store.Locked(() => new InMemoryListing(State).Threads(tenant, subject, after, limit), cancellationToken);

    public ValueTask<ExecutionRecord?> GetExecutionAsync(ExecutionId execution, CancellationToken cancellationToken) =>
        store.Locked(() => State.FindExecution(tenant, execution)?.Record, cancellationToken);

    public ValueTask<ExecutionRecord?> FindExecutionAsync(string idempotencyKey, CancellationToken cancellationToken) =>
        store.Locked(() => State.FindExecution(tenant, idempotencyKey)?.Record, cancellationToken);

    public ValueTask<Page<ExecutionRecord>> ListExecutionsAsync(
        ExecutionFilter filter, string? cursor, int limit, CancellationToken cancellationToken) =>
        store.Locked(() => new InMemoryListing(State).Executions(tenant, filter, cursor, limit), cancellationToken);

    public ValueTask<ThreadRecord?> GetThreadAsync(string thread, CancellationToken cancellationToken) =>
        store.Locked(() => Find(thread)?.ToRecord(), cancellationToken);

    public ValueTask<Page<ThreadRecord>> ListThreadsAsync(string? cursor, int limit, CancellationToken cancellationToken) =>
        store.Locked(() => new InMemoryListing(State).Threads(tenant, cursor, limit), cancellationToken);

    public ValueTask<IReadOnlyList<StoredEntry>> ReadAsync(string thread, long from, int limit, CancellationToken cancellationToken) =>
        store.Locked<IReadOnlyList<StoredEntry>>(() => Read(thread, Math.Max(from, 1), StorageLimits.ClampLimit(limit)), cancellationToken);

    public ValueTask<byte[]?> ReadBlobAsync(string thread, BlobHash hash, CancellationToken cancellationToken) =>
        store.Locked(() => (byte[]?)Find(thread)?.Blobs.GetValueOrDefault(hash)?.Clone(), cancellationToken);

    public ValueTask<BranchOutcome> ForkAsync(ForkRequest request, CancellationToken cancellationToken)
    {
        StorageLimits.Check(request);
        return store.Locked(() => new InMemoryBranching(State).Fork(tenant, request), cancellationToken);
    }

    public ValueTask<BranchOutcome> RewindAsync(RewindRequest request, CancellationToken cancellationToken)
    {
        StorageLimits.Check(request);
        return store.Locked(() => new InMemoryBranching(State).Rewind(tenant, request), cancellationToken);
    }

    public ValueTask<BranchOutcome> EraseAsync(EraseRequest request, CancellationToken cancellationToken)
    {
        StorageLimits.Check(request);
        return store.Locked(() => new InMemoryBranching(State).Erase(tenant, request), cancellationToken);
    }

    public ValueTask<BranchRecord?> FindBranchAsync(string key, CancellationToken cancellationToken) =>
        store.Locked(() => State.BranchKeys.GetValueOrDefault((tenant, key))?.Record, cancellationToken);

    public ValueTask<bool> DeleteThreadAsync(string thread, CancellationToken cancellationToken) =>
        store.Locked(() => Delete(thread), cancellationToken);

    public ValueTask<Page<OutboxRecord>> ListOutboxAsync(bool dead, string? cursor, int limit, CancellationToken cancellationToken) =>
        store.Locked(() => new InMemoryListing(State).Outbox(tenant, dead, cursor, limit), cancellationToken);

    public ValueTask<bool> ResendAsync(Guid delivery, CancellationToken cancellationToken) =>
        store.Locked(() => State.Outbox.Resend(tenant, delivery, State.Now), cancellationToken);

    public async ValueTask WriteDefinitionAsync(BlobHash hash, ReadOnlyMemory<byte> definition, CancellationToken cancellationToken)
    {
        StorageLimits.Check(hash);
        StorageLimits.CheckContent(definition);
        await store.Locked(() => State.Definitions.TryAdd((tenant, hash), definition.ToArray()), cancellationToken);
    }

    public ValueTask SetShareAsync(TenantShare share, CancellationToken cancellationToken)
    {
        StorageLimits.Check(share);
        return store.Locked(() => State.SetShare(tenant, share), cancellationToken);
    }

    public ValueTask<TenantShare> GetShareAsync(CancellationToken cancellationToken) =>
        store.Locked(() => State.Tenants.ShareOf(tenant), cancellationToken);

    public ValueTask<ExecutionWait?> FindWaitAsync(ExecutionId execution, CancellationToken cancellationToken) =>
        store.Locked(() => new InMemorySubmitting(State).FindWait(tenant, execution), cancellationToken);

    public ValueTask<StoredBytes> MeasureAsync(CancellationToken cancellationToken) => store.Locked(() => State.Measure(tenant), cancellationToken);

    public IRecordStore Records => new InMemoryRecords(store, tenant);

    public ValueTask<IReadOnlyList<DailyUsage>> ReadUsageAsync(DateOnly first, DateOnly last, CancellationToken cancellationToken) =>
        store.Locked<IReadOnlyList<DailyUsage>>(
            () =>
            [
                .. State.Usage
                    .Where(row => row.Key.Tenant == tenant && row.Key.Day >= first && row.Key.Day <= last)
                    .OrderBy(row => row.Key.Day).ThenBy(row => row.Key.Agent, StringComparer.Ordinal)
                    .ThenBy(row => row.Key.Provider, StringComparer.Ordinal).ThenBy(row => row.Key.Model, StringComparer.Ordinal)
                    .Select(row => new DailyUsage(row.Key.Day, row.Value)),
            ],
            cancellationToken);

    public ValueTask<byte[]?> ReadDefinitionAsync(BlobHash hash, CancellationToken cancellationToken) =>
        store.Locked(() => (byte[]?)State.Definitions.GetValueOrDefault((tenant, hash))?.Clone(), cancellationToken);

    private ThreadKey Key(string thread) => new(tenant, thread);

    private InMemoryThread? Find(string thread) => State.TryGetThread(Key(thread), State.Now, out var found) ? found : null;

    private List<StoredEntry> Read(string thread, long from, int limit)
    {
        if (Find(thread) is not { } found || from > found.Position)
            return [];
        var start = (int)from - 1;
        return found.Entries.GetRange(start, Math.Min(limit, found.Entries.Count - start));
    }

    private bool Delete(string thread)
    {
        if (Find(thread) is not { } found)
            return false;
        State.Remove(found);
        return true;
    }
}
