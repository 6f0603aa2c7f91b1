using Actant.Storage;
using Microsoft.Extensions.Logging;

namespace Actant.Outbox;

/// <summary>
/// Takes what must leave out of the store and delivers it: one for each process. It polls on a signal only: when this process has written
/// something, when a try is due again, when a destination has room, and when a heartbeat says that something is due.
/// </summary>
/// <remarks>
/// What is taken is leased for 30 s: it is tried at once, or given back after a few seconds of waiting for room. Destinations without room are
/// left out when rows are taken, so that what waits for a dead one costs nothing and delays nobody.
/// </remarks>
internal sealed partial class OutboxPump : IAsyncDisposable
{
    private const int LargestTake = 64;

    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_pauseAfterOutage = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(5);

    private readonly IActantStore _store;
    private readonly OutboxSenders _senders;
    private readonly DeliveryOptions _options;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly ILogger _log;
    private readonly Lock _gate = new();
    private readonly DestinationTable _destinations;
    private readonly TenantTable _tenants;
    private readonly HashSet<Task> _tries = [];
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly WakeTimer _timer;
    private readonly DeliveryTrial _trial;
    private CancellationTokenSource _stop = new();
    private CancellationTokenSource _abort = new();
    private Task _loop = Task.CompletedTask;
    private SessionId? _session;
    private Func<bool> _isAlive = static () => false;
    private int _held;
    private bool _isFull;
    private int _isDisposed;
    private volatile bool _mayBeDue;

    public OutboxPump(
        IActantStore store, OutboxSenders senders, IDeliveryDocuments documents, DeliveryOptions options, TimeProvider time, Random random,
        System.Diagnostics.Metrics.Meter meter, ILogger log)
    {
        (_store, _senders, _options, _time, _random, _log) = (store, senders, options, time, random, log);
        _destinations = new DestinationTable(options, random);
        _tenants = new TenantTable(options.MaxPerTenant);
        var counts = new OutboxMeter(
            meter, () => Count(static pump => pump._tries.Count), () => Count(static pump => pump._destinations.Broken));
        _timer = new WakeTimer(time, Poll);
        _trial = new DeliveryTrial(store, senders, documents, options, time, random, counts, log) { LaneGoesOn = Poll, DueAt = _timer.RingAt };
    }

    /// <summary>What can be delivered to.</summary>
    public OutboxSenders Senders => _senders;

    private DateTimeOffset Now => _time.GetUtcNow();

    /// <summary>A session was opened.</summary>
    /// <param name="session">The session.</param>
    /// <param name="isAlive">Whether it surely lives.</param>
    public void Attach(SessionId session, Func<bool> isAlive)
    {
        lock (_gate)
        {
            (_session, _isAlive) = (session, isAlive);
        }

        Poll();
    }

    public void Start()
    {
        if (_senders.IsEmpty)
        {
            return;
        }

        (_stop, _abort) = (new CancellationTokenSource(), new CancellationTokenSource());
        _loop = Task.Run(() => LoopAsync(_stop.Token), CancellationToken.None);
    }

    /// <summary>Takes nothing new; what is under way may end, for a moment.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Task tries;
        lock (_gate)
        {
            tries = Task.WhenAll(_tries);
        }

        await tries.WaitAsync(s_farewell, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _abort.CancelAsync();
        await tries.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        await StopAsync();
        await _timer.DisposeAsync();
        _wake.Dispose();
        _stop.Dispose();
        _abort.Dispose();
    }

    /// <summary>Something may be due.</summary>
    public void Poll()
    {
        if (_senders.IsEmpty)
        {
            return;
        }

        _mayBeDue = true;
        Wake();
    }

    /// <summary>A heartbeat says when something is due.</summary>
    public void Due(DateTimeOffset? at)
    {
        if (_senders.IsEmpty || at is not { } due)
        {
            return;
        }

        if (due <= Now)
        {
            Poll();
            return;
        }

        _timer.RingAt(due);
    }

    private async Task LoopAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await _wake.WaitAsync(cancellationToken);
                await GiveBackAsync(cancellationToken);
                await TakeAsync(cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                LogTakeFailed(_log, exception);
                _timer.RingAt(Now + s_pauseAfterOutage);
            }
        }
    }

    private async Task TakeAsync(CancellationToken cancellationToken)
    {
        while (_mayBeDue && RequestOf() is { } request)
        {
            var taken = await _store.TakeOutboxAsync(request, cancellationToken);
            List<(OutboxDelivery Delivery, DateTimeOffset At)> returned = [];
            lock (_gate)
            {
                foreach (var delivery in taken)
                {
                    if (!TryAdmit(delivery))
                    {
                        returned.Add((delivery, NextFor(_destinations.Of(delivery))));
                    }
                }
            }

            if (taken.Count == request.Max)
            {
                // Set and never combined: others set it at any moment.
                _mayBeDue = true;
            }

            await ReturnAsync(returned, cancellationToken);
        }
    }

    /// <summary>What to ask for; <c>null</c> while there is no room, or no session.</summary>
    private OutboxTakeRequest? RequestOf()
    {
        lock (_gate)
        {
            var room = _options.MaxConcurrent - _tries.Count;
            if (_session is not { } session || !_isAlive() || room <= 0)
            {
                _isFull = room <= 0;
                return null;
            }

            _mayBeDue = false;
            var now = Now;
            var except = new List<string>();
            foreach (var (group, state) in _destinations.All)
            {
                if (except.Count < StorageLimits.MaxItems && (state.Waiting.Count > 0 || state.Room(now) <= 0))
                {
                    except.Add(group);
                    state.WasLeftOut = true;
                    if (state.Breaker.OpenUntil is { } until && until > now)
                    {
                        _timer.RingAt(until);
                    }
                }
            }

            return new OutboxTakeRequest(session, Math.Min(room, LargestTake)) { ExceptGroups = except, ExceptTenants = _tenants.LeaveOut() };
        }
    }

    /// <summary>Begins a try, or lets it wait here for room. <c>false</c> where so many wait already that others would have no room.</summary>
    private bool TryAdmit(OutboxDelivery delivery)
    {
        var state = _destinations.Of(delivery);
        if (state.Waiting.Count == 0 && MayStart(state, delivery.Thread.Tenant))
        {
            Begin(state, delivery);
            return true;
        }

        if (state.Waiting.Count >= _options.MaxPerDestination || _held >= _options.MaxConcurrent)
        {
            state.WasLeftOut = true;
            return false;
        }

        _isFull |= _tries.Count >= _options.MaxConcurrent;
        var until = Now + s_longestWait;
        state.Waiting.Enqueue((delivery, until));
        _held++;
        _timer.RingAt(until);
        return true;
    }

    private bool MayStart(DestinationState state, TenantId tenant) => _tries.Count < _options.MaxConcurrent && state.Room(Now) > 0 && _tenants.HasRoom(tenant);

    private void Begin(DestinationState state, OutboxDelivery delivery)
    {
        state.InFlight++;
        _tenants.Begin(delivery.Thread.Tenant);
        var isAlive = _isAlive;
        Task? task = null;
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        task = Task.Run(
            async () =>
            {
                await begun.Task;
                bool? isDown = null;
                try
                {
                    isDown = await _trial.TryAsync(delivery, isAlive, _abort.Token);
                }
                finally
                {
                    Ended(state, delivery, isDown, task!);
                }
            },
            CancellationToken.None);
        _tries.Add(task);
        begun.SetResult();
    }

    private void Ended(DestinationState state, OutboxDelivery delivery, bool? isDown, Task task)
    {
        lock (_gate)
        {
            _tries.Remove(task);
            state.InFlight--;
            if (isDown is { } down)
            {
                state.Breaker.Ended(down, Now);
            }

            var tenantHasRoom = _tenants.End(delivery.Thread.Tenant);
            StartWaiting(state);
            var hasRoom = state.Waiting.Count == 0 && state.InFlight <= state.Breaker.Room(_options.MaxPerDestination, Now) / 2;
            if (state.WasLeftOut && hasRoom)
            {
                state.WasLeftOut = false;
                _mayBeDue = true;
            }

            if (tenantHasRoom || _isFull)
            {
                foreach (var other in _destinations.Waiting)
                {
                    StartWaiting(other);
                }

                _isFull = false;
                _mayBeDue = true;
            }

            _destinations.Forget(delivery);
        }

        if (_mayBeDue)
        {
            Wake();
        }
    }

    private void StartWaiting(DestinationState state)
    {
        while (state.Waiting.TryPeek(out var first) && MayStart(state, first.Delivery.Thread.Tenant))
        {
            state.Waiting.Dequeue();
            _held--;
            Begin(state, first.Delivery);
        }
    }

    /// <summary>Gives back what waited here too long, as if it had not been taken: for when its destination is tried again, or a moment later.</summary>
    private async Task GiveBackAsync(CancellationToken cancellationToken)
    {
        List<(OutboxDelivery Delivery, DateTimeOffset At)> returned = [];
        lock (_gate)
        {
            var now = Now;
            foreach (var state in _destinations.Waiting)
            {
                StartWaiting(state);
                while (state.Waiting.TryPeek(out var first) && first.Until <= now)
                {
                    state.Waiting.Dequeue();
                    _held--;
                    returned.Add((first.Delivery, NextFor(state)));
                }
            }
        }

        await ReturnAsync(returned, cancellationToken);
    }

    /// <summary>When something may be tried for which there is no room now.</summary>
    private DateTimeOffset NextFor(DestinationState state)
    {
        var now = Now;
        return (state.Breaker.OpenUntil is { } until && until > now ? until : now) + TimeSpan.FromSeconds(0.5 + _random.NextDouble());
    }

    private async Task ReturnAsync(List<(OutboxDelivery Delivery, DateTimeOffset At)> returned, CancellationToken cancellationToken)
    {
        foreach (var (delivery, at) in returned)
        {
            var settlement = new OutboxSettlement(OutboxSettlementKind.Returned, at) { Attempt = delivery.Attempt };
            await _store.SettleOutboxAsync(delivery.Row.Delivery, settlement, cancellationToken);
            _timer.RingAt(at);
        }
    }

    private void Wake()
    {
        try
        {
            if (_wake.CurrentCount == 0)
            {
                _wake.Release();
            }
        }
        catch (Exception exception) when (exception is SemaphoreFullException or ObjectDisposedException)
        {
            // Somebody woke it in this moment, or it is gone.
        }
    }

    private int Count(Func<OutboxPump, int> of)
    {
        lock (_gate)
        {
            return of(this);
        }
    }

    [LoggerMessage(EventId = 3001, Level = LogLevel.Warning, Message = "Deliveries could not be taken; trying again soon.")]
    private static partial void LogTakeFailed(ILogger logger, Exception exception);
}
