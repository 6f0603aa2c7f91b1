using Actant.Storage;

namespace Actant.Testing.Storage;

/// <summary>A tenant's part of a <see cref="DyingStore"/>.</summary>
internal sealed class DyingTenantStore(DyingStore store, ITenantStore inner) : ITenantStore
{
    public TenantId Tenant => inner.Tenant;

    public ValueTask<IReadOnlyList<SubmitResult>> SubmitAsync(IReadOnlyList<Submission> submissions, CancellationToken cancellationToken) =>
        store.CommitAsync("submit", () => inner.SubmitAsync(submissions, cancellationToken));

    public ValueTask<SignalResult> SignalAsync(string thread, IReadOnlyList<Signal> signals, CancellationToken cancellationToken) =>
        store.CommitAsync("signal", () => inner.SignalAsync(thread, signals, cancellationToken));

    public ValueTask<bool> StartAsync(ExecutionId execution, Principal? by, CancellationToken cancellationToken) =>
        store.CommitAsync("start", () => inner.StartAsync(execution, by, cancellationToken));

    public ValueTask<IReadOnlyList<string>> FindThreadsAsync(string subject, string? after, int limit, CancellationToken cancellationToken) =>
        store.ReadAsync(() => inner.FindThreadsAsync(subject, after, limit, cancellationToken));

    public ValueTask<ExecutionRecord?> GetExecutionAsync(ExecutionId execution, CancellationToken cancellationToken) =>
        store.ReadAsync(() => inner.GetExecutionAsync(execution, cancellationToken));

    public ValueTask<ExecutionRecord?> FindExecutionAsync(string idempotencyKey, CancellationToken cancellationToken) =>
        store.ReadAsync(() => inner.FindExecutionAsync(idempotencyKey, cancellationToken));

    public ValueTask<Page<ExecutionRecord>> ListExecutionsAsync(ExecutionFilter filter, string? cursor, int limit, CancellationToken cancellationToken) =>
        store.ReadAsync(() => inner.ListExecutionsAsync(filter, cursor, limit, cancellationToken));

    public ValueTask<ThreadRecord?> GetThreadAsync(string thread, CancellationToken cancellationToken) =>
        store.ReadAsync(() => inner.GetThreadAsync(thread, cancellationToken));

    public ValueTask<Page<ThreadRecord>> ListThreadsAsync(string? cursor, int limit, CancellationToken cancellationToken) =>
        store.ReadAsync(() => inner.ListThreadsAsync(cursor, limit, cancellationToken));

    public ValueTask<IReadOnlyList<StoredEntry>> ReadAsync(string thread, long from, int limit, CancellationToken cancellationToken) =>
        store.ReadAsync(() => inner.ReadAsync(thread, from, limit, cancellationToken));

    public ValueTask<byte[]?> ReadBlobAsync(string thread, BlobHash hash, CancellationToken cancellationToken) =>
        store.ReadAsync(() => inner.ReadBlobAsync(thread, hash, cancellationToken));

    public ValueTask<BranchOutcome> ForkAsync(ForkRequest request, CancellationToken cancellationToken) =>
        store.CommitAsync("fork", () => inner.ForkAsync(request, cancellationToken));

    public ValueTask<BranchOutcome> EraseAsync(EraseRequest request, CancellationToken cancellationToken) =>
        store.CommitAsync("erase", () => inner.EraseAsync(request, cancellationToken));

    public ValueTask<BranchRecord?> FindBranchAsync(string key, CancellationToken cancellationToken) => inner.FindBranchAsync(key, cancellationToken);

    public ValueTask<BranchOutcome> RewindAsync(RewindRequest request, CancellationToken cancellationToken) =>
        store.CommitAsync("rewind", () => inner.RewindAsync(request, cancellationToken));

    public ValueTask<bool> DeleteThreadAsync(string thread, CancellationToken cancellationToken) =>
        store.CommitAsync("delete", () => inner.DeleteThreadAsync(thread, cancellationToken));

    public ValueTask<Page<OutboxRecord>> ListOutboxAsync(bool dead, string? cursor, int limit, CancellationToken cancellationToken) =>
        store.ReadAsync(() => inner.ListOutboxAsync(dead, cursor, limit, cancellationToken));

    public ValueTask<bool> ResendAsync(Guid delivery, CancellationToken cancellationToken) =>
        store.CommitAsync("resend", () => inner.ResendAsync(delivery, cancellationToken));

    public ValueTask WriteDefinitionAsync(BlobHash hash, ReadOnlyMemory<byte> definition, CancellationToken cancellationToken) =>
        store.CommitAsync("definition", () => inner.WriteDefinitionAsync(hash, definition, cancellationToken));

    public ValueTask SetShareAsync(TenantShare share, CancellationToken cancellationToken) =>
        store.CommitAsync("share", () => inner.SetShareAsync(share, cancellationToken));

    public ValueTask<TenantShare> GetShareAsync(CancellationToken cancellationToken) =>
        store.ReadAsync(() => inner.GetShareAsync(cancellationToken));

    public ValueTask<ExecutionWait?> FindWaitAsync(ExecutionId execution, CancellationToken cancellationToken) =>
        store.ReadAsync(() => inner.FindWaitAsync(execution, cancellationToken));

    public ValueTask<StoredBytes> MeasureAsync(CancellationToken cancellationToken) =>
        store.ReadAsync(() => inner.MeasureAsync(cancellationToken));

    /// <summary>Written rarely, and never by a running execution.</summary>
    public IRecordStore Records => inner.Records;

    public ValueTask<IReadOnlyList<DailyUsage>> ReadUsageAsync(DateOnly first, DateOnly last, CancellationToken cancellationToken) =>
        store.ReadAsync(() => inner.ReadUsageAsync(first, last, cancellationToken));

    public ValueTask<byte[]?> ReadDefinitionAsync(BlobHash hash, CancellationToken cancellationToken) =>
        store.ReadAsync(() => inner.ReadDefinitionAsync(hash, cancellationToken));
}
