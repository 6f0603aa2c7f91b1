using Actant.Storage;

namespace Actant.Testing.Executions;

/// <summary>
/// A store as one node sees it: the test can see and hold up each append, and cut the node off as if its process had died.
/// </summary>
public sealed class NodeStore(IActantStore inner, TimeProvider time) : IActantStore
{
    private readonly Lock _gate = new();
    private DateTimeOffset _lastRenewal;
    private int _grants;
    private int _inboxReads;
    private int _outboxTakes;
    private int _sessionsLost;
    private volatile bool _isDead;
    private volatile bool _isWatched;

    /// <summary>Called before each append; what it does happens before it.</summary>
    public Func<AppendRequest, ValueTask>? BeforeAppend { get; set; }

    /// <summary>Called after each take, before the node knows what it has got.</summary>
    public Func<TakeResult, ValueTask>? AfterTake { get; set; }

    /// <summary>Called before each rewind.</summary>
    public Action? BeforeRewind { get; set; }

    /// <summary>Whether wake-ups for signals get lost.</summary>
    public bool LosesSignals { get; set; }

    /// <summary>Called before each wake-up is told.</summary>
    public Func<Wakeup, ValueTask>? BeforeWakeup { get; set; }

    /// <summary>Called before each search for the holder of a thread.</summary>
    public Func<ThreadKey, ValueTask>? BeforeHolder { get; set; }

    /// <summary>Every thread whose holder was searched for.</summary>
    public Arrivals<ThreadKey> HolderSearches { get; } = new();

    /// <summary>What a renewal of the session waits for before it goes out, whether it is given up or not.</summary>
    public Func<Task>? BeforeRenewal { get; set; }

    /// <summary>So many of its next sessions are not opened.</summary>
    public int SessionsLost
    {
        get => _sessionsLost;
        set => _sessionsLost = value;
    }

    /// <summary>Whether renewals of the session fail, as if they came too late; everything else goes on.</summary>
    public bool RefusesRenewals { get; set; }

    /// <summary>Whether the end of the session cannot be told.</summary>
    public bool RefusesEnd { get; set; }

    /// <summary>Renewals wait for it, as those of a process that is held up; nobody else notices.</summary>
    public Task? HoldsRenewals { get; set; }

    /// <summary>So many of its next takes meet others at the same tenants and get nothing.</summary>
    public int Contentions { get; set; }

    /// <summary>The format of entries that the node knows and writes, where it is of another release.</summary>
    public int? Format { get; init; }

    /// <summary>Every append that was stored.</summary>
    public Arrivals<AppendRequest> Appends { get; } = new();

    /// <summary>Every take that gave something.</summary>
    public Arrivals<TakenThread> Takes { get; } = new();

    public bool IsDead => _isDead;

    /// <summary>Whether it polled for work before it listened: what became ready in between went unheard.</summary>
    public bool PolledBeforeListening { get; private set; }

    /// <summary>Nothing of this node reaches the store any more: its session ends by its time.</summary>
    public void Kill() => _isDead = true;

    /// <summary>How often permits of a limit were asked for.</summary>
    public int Grants => Volatile.Read(ref _grants);

    /// <summary>How often an inbox was read.</summary>
    public int InboxReads => Volatile.Read(ref _inboxReads);

    /// <summary>How often the session was opened or renewed.</summary>
    public int Renewals { get; private set; }

    /// <summary>When the session was last opened or renewed.</summary>
    public DateTimeOffset LastRenewal
    {
        get
        {
            lock (_gate)
            {
                return _lastRenewal;
            }
        }
    }

    public ITenantStore For(TenantId tenant) => NodeTenantStore.Around(inner.For(tenant), this);

    public async ValueTask<Session> OpenSessionAsync(OpenSession request, CancellationToken cancellationToken)
    {
        if (_sessionsLost > 0 && Interlocked.Decrement(ref _sessionsLost) >= 0)
        {
            throw new StoreUnavailableException("The session was not opened.");
        }

        var session = await Alive.OpenSessionAsync(request, cancellationToken);
        Renewed();
        return session;
    }

    public async ValueTask<Heartbeat?> RenewAsync(SessionId session, CancellationToken cancellationToken)
    {
        await (BeforeRenewal?.Invoke() ?? Task.CompletedTask);
        if (RefusesRenewals)
        {
            throw new StoreUnavailableException("The renewal did not come through.");
        }

        await (HoldsRenewals?.WaitAsync(cancellationToken) ?? Task.CompletedTask);
        var heartbeat = await Alive.RenewAsync(session, cancellationToken);
        Renewed();
        return heartbeat;
    }

    public ValueTask EndSessionAsync(SessionId session, CancellationToken cancellationToken) =>
        RefusesEnd ? ValueTask.FromException(new StoreUnavailableException("The end did not come through."))
        : IsDead ? ValueTask.CompletedTask : inner.EndSessionAsync(session, cancellationToken);

    public async ValueTask<ThreadHolder?> FindHolderAsync(ThreadKey thread, CancellationToken cancellationToken)
    {
        HolderSearches.Add(thread);
        if (BeforeHolder is { } before)
        {
            await before(thread);
        }

        return await Alive.FindHolderAsync(thread, cancellationToken);
    }

    public ValueTask<IReadOnlyList<TenantId>> ListOwnersAsync(string kind, TenantId? after, int max, CancellationToken cancellationToken) =>
        Alive.ListOwnersAsync(kind, after, max, cancellationToken);

    public ValueTask<IReadOnlyList<OverdueExecution>> ListOverdueAsync(int max, CancellationToken cancellationToken) => Alive.ListOverdueAsync(max, cancellationToken);

    public ValueTask<QueueDepth> MeasureQueueAsync(int max, CancellationToken cancellationToken) => Alive.MeasureQueueAsync(max, cancellationToken);

    public async ValueTask<TakeResult> TakeAsync(TakeRequest request, CancellationToken cancellationToken)
    {
        PolledBeforeListening |= !_isWatched;
        if (Contentions > 0)
        {
            Contentions--;
            return new TakeResult([], IsContended: true);
        }

        var taken = await Alive.TakeAsync(request with { Format = Format ?? request.Format }, cancellationToken);
        foreach (var thread in taken.Threads)
        {
            Takes.Add(thread);
        }

        if (AfterTake is { } after)
        {
            await after(taken);
        }

        return taken;
    }

    public async ValueTask<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken)
    {
        if (BeforeAppend is { } before)
        {
            await before(request);
        }

        request = request with { Format = Format ?? request.Format };
        var result = await Alive.AppendAsync(request, cancellationToken);
        if (result.Outcome == AppendOutcome.Stored)
        {
            Appends.Add(request);
        }

        return result;
    }

    public ValueTask<InboxPage> ReadInboxAsync(ThreadKey thread, long after, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _inboxReads);
        return Alive.ReadInboxAsync(thread, after, cancellationToken);
    }

    public ValueTask<StoredSnapshot?> ReadSnapshotAsync(ThreadKey thread, long atOrBefore, CancellationToken cancellationToken) =>
        Alive.ReadSnapshotAsync(thread, atOrBefore, cancellationToken);

    public ValueTask WriteSnapshotAsync(ThreadKey thread, StoredSnapshot snapshot, CancellationToken cancellationToken) =>
        Alive.WriteSnapshotAsync(thread, snapshot, cancellationToken);

    public ValueTask WriteBlobAsync(ThreadKey thread, BlobHash hash, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        Alive.WriteBlobAsync(thread, hash, content, cancellationToken);

    public async ValueTask<IReadOnlyList<OutboxDelivery>> TakeOutboxAsync(OutboxTakeRequest request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _outboxTakes);
        return await Alive.TakeOutboxAsync(request, cancellationToken);
    }

    public async ValueTask<bool> SettleOutboxAsync(Guid delivery, OutboxSettlement settlement, CancellationToken cancellationToken)
    {
        var goesOn = await Alive.SettleOutboxAsync(delivery, settlement, cancellationToken);
        Settlements.Add((delivery, settlement));
        return goesOn;
    }

    /// <summary>Every end of a try of a delivery, as it was stored.</summary>
    public Arrivals<(Guid Delivery, OutboxSettlement Settlement)> Settlements { get; } = new();

    /// <summary>How often the outbox was polled.</summary>
    public int OutboxTakes => Volatile.Read(ref _outboxTakes);

    public ValueTask<Grant?> TakeGrantAsync(GrantRequest request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _grants);
        return Alive.TakeGrantAsync(request, cancellationToken);
    }

    public IAsyncEnumerable<Wakeup> WatchAsync(CancellationToken cancellationToken)
    {
        _isWatched = true;
        return inner.WatchAsync(cancellationToken).Where(async (Wakeup wakeup, CancellationToken _) =>
        {
            await (BeforeWakeup?.Invoke(wakeup) ?? ValueTask.CompletedTask);
            return !LosesSignals || wakeup.Kind != WakeupKind.Signalled;
        });
    }

    public ValueTask<DateTimeOffset> ReadClockAsync(CancellationToken cancellationToken) => Alive.ReadClockAsync(cancellationToken);

    public ValueTask PingAsync(CancellationToken cancellationToken) => Alive.PingAsync(cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private IActantStore Alive => _isDead ? throw new StoreUnavailableException("The node is dead.") : inner;

    private void Renewed()
    {
        lock (_gate)
        {
            Renewals++;
            _lastRenewal = time.GetUtcNow();
        }
    }
}
