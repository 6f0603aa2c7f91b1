using Actant.Storage;
using Microsoft.Extensions.Logging;

namespace Actant.Outbox;

/// <summary>
/// Takes what must leave out of the store and delivers it: one for each process. It polls on a signal only: when this process has written
/// something, when a try is due again, when a destination has room, and when a heartbeat says that something is due.
/// </summary>
/// <remarks>
/// What is taken is leased for 30 s: it is tried at once, or given back after a few seconds of waiting for room. Destinations without room are
/// left out when rows are taken, so that what waits for a dead one costs nothing and delays nobody. <see cref="TryPlaces"/> sees to it that those
/// that hang do not take the places of the others.
/// </remarks>
internal sealed partial class OutboxPump : IAsyncDisposable
{
    private const int LargestTake = 64;

    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_waitForSender = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_pauseAfterOutage = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(5);

    private readonly IActantStore _store;
    private readonly OutboxSenders _senders;
    private readonly DeliveryOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Lock _gate = new();
    private readonly DestinationTable _destinations;
    private readonly TryPlaces _places;
    private readonly PassedOver _passedOver;
    private readonly HashSet<Task> _tries = [];
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly WakeTimer _timer;
    private readonly DeliveryTrial _trial;
    private CancellationTokenSource _stop = new();
    private CancellationTokenSource _abort = new();
    private Task _loop = Task.CompletedTask;
    private SessionId? _session;
    private Func<bool> _isAlive = static () => false;
    private bool _isFull;
    private int _isDisposed;
    private volatile bool _mayBeDue;

    public OutboxPump(
        IActantStore store, OutboxSenders senders, IDeliveryDocuments documents, IThreadDeliveries threads, DeliveryOptions options, TimeProvider time, Random random,
        System.Diagnostics.Metrics.Meter meter, ILogger log)
    {
        (_store, _senders, _options, _time, _log) = (store, senders, options, time, log);
        _destinations = new DestinationTable(options, senders, random);
        _places = new TryPlaces(options);
        _passedOver = new PassedOver(_places);
        var counts = new OutboxMeter(
            meter, () => Count(static pump => pump._tries.Count), () => Count(static pump => pump._destinations.Broken));
        _timer = new WakeTimer(time, Poll);
        _trial = new DeliveryTrial(store, senders, documents, threads, options, time, random, counts, log) { LaneGoesOn = Poll, DueAt = _timer.RingAt };
        foreach (var sender in senders.All)
        {
            sender.CameBack += () => CameBack(sender.Scheme);
        }
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
        (_stop, _abort) = (new CancellationTokenSource(), new CancellationTokenSource());
        _loop = Task.Run(() => LoopAsync(_stop.Token), CancellationToken.None);
    }

    /// <summary>Takes nothing new; what is under way may end, for a moment.</summary>
    /// <param name="patience">How long a stop waits for anything; this waits no longer, and 5 s at most.</param>
    public async Task StopAsync(TimeSpan patience)
    {
        await _stop.CancelAsync();
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Task tries;
        lock (_gate)
        {
            tries = Task.WhenAll(_tries);
        }

        await tries.WaitAsync(patience < s_farewell ? patience : s_farewell, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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

        await StopAsync(TimeSpan.Zero);
        await _timer.DisposeAsync();
        _wake.Dispose();
        _stop.Dispose();
        _abort.Dispose();
    }

    /// <summary>Something may be due.</summary>
    public void Poll()
    {
        _mayBeDue = true;
        Wake();
    }

    /// <summary>A heartbeat says when something is due.</summary>
    public void Due(DateTimeOffset? at)
    {
        if (at is not { } due)
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
                    if (_trial.IsForOthers(delivery, s_waitForSender))
                    {
                        returned.Add((delivery, LeaveToOthers(delivery)));
                    }
                    else if (!TryAdmit(delivery))
                    {
                        _passedOver.Once(delivery.Thread.Tenant);
                        returned.Add((delivery, _destinations.Of(delivery).NextTime(Now)));
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
            var now = Now;
            var hasRoom = _places.HasQuickRoom(now);
            if (_session is not { } session || !_isAlive() || !hasRoom)
            {
                _isFull = !hasRoom;
                RingForPlace(now);
                return null;
            }

            var tenants = _passedOver.Take(out var isMore);
            _mayBeDue = isMore;
            return new OutboxTakeRequest(session, LargestTake) { ExceptGroups = _destinations.LeaveOut(now, _timer.RingAt), ExceptTenants = tenants };
        }
    }

    /// <summary>When others may have what this process has no sender for: at once, and the destination is left alone here for a while.</summary>
    private DateTimeOffset LeaveToOthers(OutboxDelivery delivery)
    {
        var (now, until) = (Now, Now + s_waitForSender);
        return _destinations.TryLeave(_destinations.Of(delivery), now, until) ? now : until;
    }

    /// <summary>Begins a try, or lets it wait here for room. <c>false</c> where so many wait already that others would have no room.</summary>
    private bool TryAdmit(OutboxDelivery delivery)
    {
        var (state, now) = (_destinations.Of(delivery), Now);
        if (state.Waiting.Count == 0 && TryBegin(state, delivery, now))
        {
            return true;
        }

        // The more wait, the fewer for each destination: many that hang must not take this room either.
        var most = _destinations.Held < _options.MaxConcurrent / 2 ? state.Most : state.Window;
        if (state.Waiting.Count >= most || _destinations.Held >= _options.MaxConcurrent)
        {
            state.WasLeftOut = true;
            return false;
        }

        var until = now + s_longestWait;
        _destinations.Hold(state, delivery, until);
        _timer.RingAt(until);
        RingForPlace(now);
        return true;
    }

    /// <summary>Begins a try where its destination has room and there is a place.</summary>
    private bool TryBegin(DestinationState state, OutboxDelivery delivery, DateTimeOffset now)
    {
        if (state.Room(now) <= 0 || _places.TryTake(state, delivery.Thread.Tenant, now) is not { } place)
        {
            return false;
        }

        Begin(state, delivery, place);
        return true;
    }

    private void Begin(DestinationState state, OutboxDelivery delivery, TryPlace place)
    {
        state.InFlight++;
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
                    isDown = await _trial.TryAsync(delivery, isAlive, place.Cut, _abort.Token);
                }
                finally
                {
                    Ended(state, delivery, isDown, place, task!);
                }
            },
            CancellationToken.None);
        _tries.Add(task);
        begun.SetResult();
    }

    private void Ended(DestinationState state, OutboxDelivery delivery, bool? isDown, TryPlace place, Task task)
    {
        lock (_gate)
        {
            var now = Now;
            _tries.Remove(task);
            _places.Return(place);
            state.Ended(isDown, now - place.Since, now);
            StartWaiting(now);
            if (state.WasLeftOut && state.Waiting.Count == 0 && state.InFlight <= state.Breaker.Room(state.Window, now) / 2)
            {
                state.WasLeftOut = false;
                _mayBeDue = true;
            }

            if (_passedOver.Ended() || _isFull)
            {
                _isFull = false;
                _mayBeDue = true;
            }

            _destinations.Forget(delivery);
        }

        place.Dispose();
        if (_mayBeDue)
        {
            Wake();
        }
    }

    private void RingForPlace(DateTimeOffset now)
    {
        if (_places.NextChange(now) is { } at)
        {
            _timer.RingAt(at);
        }
    }

    /// <summary>Gives back what waited here too long, as if it had not been taken: for when its destination is tried again, or a moment later.</summary>
    private async Task GiveBackAsync(CancellationToken cancellationToken)
    {
        List<(OutboxDelivery Delivery, DateTimeOffset At)> returned = [];
        lock (_gate)
        {
            var now = Now;
            StartWaiting(now);
            foreach (var state in _destinations.Waiting.ToList())
            {
                while (state.Waiting.TryPeek(out var first) && first.Until <= now)
                {
                    returned.Add((_destinations.Release(state), state.NextTime(now)));
                }
            }
        }

        await ReturnAsync(returned, cancellationToken);
    }

    private async Task ReturnAsync(List<(OutboxDelivery Delivery, DateTimeOffset At)> returned, CancellationToken cancellationToken)
    {
        // Together: the store commits them at once, and nobody waits for one after the other.
        await Task.WhenAll(returned.Select(async pair =>
        {
            var settlement = new OutboxSettlement(OutboxSettlementKind.Returned, pair.At) { Attempt = pair.Delivery.Attempt };
            await _store.SettleOutboxAsync(pair.Delivery.Row.Delivery, settlement, cancellationToken);
            _timer.RingAt(pair.At);
        }));
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
