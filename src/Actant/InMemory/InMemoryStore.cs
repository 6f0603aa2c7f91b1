using Actant.Storage;
namespace Actant.InMemory;

/// <summary>
/// The store of a process that keeps nothing: everything is lost when it ends. What is finished stays until its thread is
/// deleted with <see cref="ITenantStore.DeleteThreadAsync"/>, so a process that runs for long deletes.
/// </summary>
/// <param name="time">The store's clock: leases, due times, and the times of its records.</param>
/// <param name="ids">Ids of sessions and <c>Taken</c> entries.</param>
public sealed class InMemoryStore(TimeProvider time, IdGenerator ids) : IActantStore
{
    private readonly InMemoryState _state = new(time, ids);
    private readonly RateWindows _windows = new(time);
    private bool _closed;

    internal Lock Gate { get; } = new();

    internal InMemoryState State => _state;

    /// <inheritdoc />
    public ITenantStore For(TenantId tenant)
    {
        StorageLimits.Check(tenant);
        return new InMemoryTenantStore(this, tenant);
    }

    /// <inheritdoc />
    public ValueTask<Session> OpenSessionAsync(OpenSession request, CancellationToken cancellationToken)
    {
        StorageLimits.Check(request);
        return Locked(() => new InMemoryLeasing(_state).Open(request), cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<Heartbeat?> RenewAsync(SessionId session, CancellationToken cancellationToken) =>
        Locked(() => new InMemoryLeasing(_state).Renew(session), cancellationToken);

    /// <inheritdoc />
    public ValueTask EndSessionAsync(SessionId session, CancellationToken cancellationToken) =>
        Locked(() => new InMemoryLeasing(_state).End(session), cancellationToken);

    /// <inheritdoc />
    public ValueTask<ThreadHolder?> FindHolderAsync(ThreadKey thread, CancellationToken cancellationToken) =>
        Locked(() => Find(thread) is { } found && _state.HolderOf(found) is { } session && session.ExpiresAt > _state.Clock.Steady ? session.Holder : null, cancellationToken);

    /// <inheritdoc />
    public ValueTask<TakeResult> TakeAsync(TakeRequest request, CancellationToken cancellationToken)
    {
        StorageLimits.Check(request);
        return Locked(() => new InMemoryLeasing(_state).Take(request), cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<OverdueExecution>> ListOverdueAsync(int max, CancellationToken cancellationToken) =>
        Locked(() => _state.Deadlines.List(_state.Now, max), cancellationToken);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<TenantId>> ListOwnersAsync(string kind, TenantId? after, int max, CancellationToken cancellationToken) => Locked<IReadOnlyList<TenantId>>(
        () =>
        [
            .. _state.Records.Values.Where(record => record.Kind == kind && string.CompareOrdinal(record.Tenant.Value, after?.Value) > 0).Select(static record => record.Tenant)
                .Distinct().OrderBy(static tenant => tenant.Value, StringComparer.Ordinal).Take(max),
        ],
        cancellationToken);

    /// <inheritdoc />
    public ValueTask<QueueDepth> MeasureQueueAsync(int max, CancellationToken cancellationToken) =>
        Locked(() => _state.Tenants.Measure(max), cancellationToken);

    /// <inheritdoc />
    public ValueTask<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken)
    {
        StorageLimits.Check(request);
        return Locked(() => new InMemoryAppending(_state).Append(request), cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<InboxPage> ReadInboxAsync(ThreadKey thread, long after, CancellationToken cancellationToken) =>
        Locked(() => Find(thread) is { } found ? _state.ReadInbox(found, after) : InboxPage.Empty, cancellationToken);

    /// <inheritdoc />
    public ValueTask<StoredSnapshot?> ReadSnapshotAsync(ThreadKey thread, long atOrBefore, CancellationToken cancellationToken) =>
        Locked(() => Find(thread)?.Snapshot is { } snapshot && snapshot.Position <= atOrBefore ? snapshot : null, cancellationToken);

    /// <inheritdoc />
    public ValueTask WriteSnapshotAsync(ThreadKey thread, StoredSnapshot snapshot, CancellationToken cancellationToken)
    {
        StorageLimits.CheckContent(snapshot.Content);
        return Locked(() => WriteSnapshot(thread, snapshot), cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask WriteBlobAsync(ThreadKey thread, BlobHash hash, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        StorageLimits.Check(hash);
        StorageLimits.CheckContent(content);
        return Locked(() => WriteBlob(thread, hash, content), cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<OutboxDelivery>> TakeOutboxAsync(OutboxTakeRequest request, CancellationToken cancellationToken)
    {
        StorageLimits.Check(request);
        return Locked<IReadOnlyList<OutboxDelivery>>(() => TakeOutbox(request), cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<bool> SettleOutboxAsync(Guid delivery, OutboxSettlement settlement, CancellationToken cancellationToken) =>
        Locked(() => _state.Outbox.Settle(delivery, settlement, _state.Now), cancellationToken);

    /// <inheritdoc />
    public ValueTask<Grant?> TakeGrantAsync(GrantRequest request, CancellationToken cancellationToken)
    {
        StorageLimits.Check(request);
        return Locked(() => _state.Sessions.Find(request.Session, _state.Clock.Steady) is null ? (Grant?)null : _windows.Take(request), cancellationToken);
    }

    /// <inheritdoc />
    public IAsyncEnumerable<Wakeup> WatchAsync(CancellationToken cancellationToken) => _state.Wakeups.WatchAsync(cancellationToken);

    /// <inheritdoc />
    public ValueTask<DateTimeOffset> ReadClockAsync(CancellationToken cancellationToken) => Locked(() => _state.Now, cancellationToken);

    /// <inheritdoc />
    public ValueTask PingAsync(CancellationToken cancellationToken) => Locked(static () => { }, cancellationToken);

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        lock (Gate)
            _closed = true;
        _state.Wakeups.Complete();
        return ValueTask.CompletedTask;
    }

    internal ValueTask Locked(Action operation, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (Gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            operation();
            return ValueTask.CompletedTask;
        }
    }

    internal ValueTask<T> Locked<T>(Func<T> operation, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (Gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            return new ValueTask<T>(operation());
        }
    }

    private InMemoryThread? Find(ThreadKey key) => _state.TryGetThread(key, _state.Now, out var thread) ? thread : null;

    private void WriteSnapshot(ThreadKey key, StoredSnapshot snapshot)
    {
        if (Find(key) is { } thread && snapshot.Position >= thread.ErasedAt && (thread.Snapshot is null || thread.Snapshot.Position < snapshot.Position))
            thread.Snapshot = snapshot with { Content = snapshot.Content.ToArray() };
    }

    private void WriteBlob(ThreadKey key, BlobHash hash, ReadOnlyMemory<byte> content)
    {
        if (Find(key) is { } thread && thread.Blobs.TryAdd(hash, content.ToArray()))
            thread.Bytes += content.Length;
    }

    private List<OutboxDelivery> TakeOutbox(OutboxTakeRequest request)
    {
        var now = _state.Now;
        _state.EndExpired(now);
        return _state.Sessions.Find(request.Session, _state.Clock.Steady) is { } session ? _state.Outbox.Take(session, request, now) : [];
    }
}
