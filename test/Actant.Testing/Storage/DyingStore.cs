using Actant.Storage;

namespace Actant.Testing.Storage;

/// <summary>
/// The store of a process that dies at its n-th commit, just before it or just after it: nothing that this process asks from then
/// on reaches the store, and the answer of the commit itself is lost. Another process uses the inner store.
/// </summary>
/// <param name="inner">What survives.</param>
/// <param name="commit">The number of the deadly commit, from 1; larger than there are commits: the process lives.</param>
/// <param name="after">Whether the commit itself is stored.</param>
public sealed class DyingStore(IActantStore inner, int commit, bool after) : IActantStore
{
    private readonly TaskCompletionSource _died = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private readonly List<string> _commits = [];
    private bool _isDead;

    /// <summary>Ends when the process has died.</summary>
    public Task Died => _died.Task;

    /// <summary>What it has asked for so far, by the name of the operation, the deadly one included.</summary>
    public IReadOnlyList<string> Commits
    {
        get
        {
            lock (_lock)
            {
                return [.. _commits];
            }
        }
    }

    /// <inheritdoc />
    public ITenantStore For(TenantId tenant) => new DyingTenantStore(this, inner.For(tenant));

    /// <inheritdoc />
    public ValueTask<Session> OpenSessionAsync(OpenSession request, CancellationToken cancellationToken) =>
        CommitAsync("open_session", () => inner.OpenSessionAsync(request, cancellationToken));

    /// <inheritdoc />
    public ValueTask<Heartbeat?> RenewAsync(SessionId session, CancellationToken cancellationToken) =>
        CommitAsync("renew", () => inner.RenewAsync(session, cancellationToken));

    /// <inheritdoc />
    public ValueTask EndSessionAsync(SessionId session, CancellationToken cancellationToken) =>
        CommitAsync("end_session", () => inner.EndSessionAsync(session, cancellationToken));

    /// <inheritdoc />
    public ValueTask<ThreadHolder?> FindHolderAsync(ThreadKey thread, CancellationToken cancellationToken) => inner.FindHolderAsync(thread, cancellationToken);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<OverdueExecution>> ListOverdueAsync(int max, CancellationToken cancellationToken) => inner.ListOverdueAsync(max, cancellationToken);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<TenantId>> ListOwnersAsync(string kind, TenantId? after, int max, CancellationToken cancellationToken) =>
        inner.ListOwnersAsync(kind, after, max, cancellationToken);

    public ValueTask<QueueDepth> MeasureQueueAsync(int max, CancellationToken cancellationToken) => inner.MeasureQueueAsync(max, cancellationToken);

    /// <inheritdoc />
    public ValueTask<TakeResult> TakeAsync(TakeRequest request, CancellationToken cancellationToken) =>
        CommitAsync("take", () => inner.TakeAsync(request, cancellationToken));

    /// <inheritdoc />
    public ValueTask<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken) =>
        CommitAsync($"append {request.Position}+{request.Entries.Count}", () => inner.AppendAsync(request, cancellationToken));

    /// <inheritdoc />
    public ValueTask<InboxPage> ReadInboxAsync(ThreadKey thread, long after, CancellationToken cancellationToken) =>
        ReadAsync(() => inner.ReadInboxAsync(thread, after, cancellationToken));

    /// <inheritdoc />
    public ValueTask<StoredSnapshot?> ReadSnapshotAsync(ThreadKey thread, long atOrBefore, CancellationToken cancellationToken) =>
        ReadAsync(() => inner.ReadSnapshotAsync(thread, atOrBefore, cancellationToken));

    /// <inheritdoc />
    public ValueTask WriteSnapshotAsync(ThreadKey thread, StoredSnapshot snapshot, CancellationToken cancellationToken) =>
        CommitAsync("snapshot", () => inner.WriteSnapshotAsync(thread, snapshot, cancellationToken));

    /// <inheritdoc />
    public ValueTask WriteBlobAsync(ThreadKey thread, BlobHash hash, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        CommitAsync("blob", () => inner.WriteBlobAsync(thread, hash, content, cancellationToken));

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<OutboxDelivery>> TakeOutboxAsync(OutboxTakeRequest request, CancellationToken cancellationToken) =>
        CommitAsync("take_outbox", () => inner.TakeOutboxAsync(request, cancellationToken));

    /// <inheritdoc />
    public ValueTask<bool> SettleOutboxAsync(Guid delivery, OutboxSettlement settlement, CancellationToken cancellationToken) =>
        CommitAsync("settle_outbox", () => inner.SettleOutboxAsync(delivery, settlement, cancellationToken));

    /// <inheritdoc />
    public ValueTask<Grant?> TakeGrantAsync(GrantRequest request, CancellationToken cancellationToken) =>
        CommitAsync("take_grant", () => inner.TakeGrantAsync(request, cancellationToken));

    /// <inheritdoc />
    public IAsyncEnumerable<Wakeup> WatchAsync(CancellationToken cancellationToken) => inner.WatchAsync(cancellationToken);

    /// <inheritdoc />
    public ValueTask<DateTimeOffset> ReadClockAsync(CancellationToken cancellationToken)
    {
        ThrowIfDead();
        return inner.ReadClockAsync(cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask PingAsync(CancellationToken cancellationToken)
    {
        ThrowIfDead();
        return inner.PingAsync(cancellationToken);
    }

    /// <summary>The inner store stays: others use it.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    internal ValueTask<T> ReadAsync<T>(Func<ValueTask<T>> read)
    {
        ThrowIfDead();
        return read();
    }

    internal async ValueTask CommitAsync(string name, Func<ValueTask> call) => await CommitAsync(name, async () =>
    {
        await call();
        return true;
    });

    internal async ValueTask<T> CommitAsync<T>(string name, Func<ValueTask<T>> call)
    {
        bool isDeadly;
        lock (_lock)
        {
            ThrowIfDead();
            _commits.Add(name);
            isDeadly = _commits.Count == commit;
            _isDead = isDeadly;
        }

        if (!isDeadly)
        {
            return await call();
        }

        try
        {
            if (after)
            {
                await call();
            }
        }
        finally
        {
            _died.TrySetResult();
        }

        throw Dead();
    }

    private void ThrowIfDead()
    {
        if (Volatile.Read(ref _isDead))
        {
            throw Dead();
        }
    }

    private static StoreUnavailableException Dead() => new("This process is dead.");
}
