using System.Collections.Concurrent;
using Actant.Journaling;
using Actant.Loops;
using Actant.Storage;

namespace Actant.Scheduling;

/// <summary>
/// A process's share in the work: its session, the threads it holds, and when it looks for more.
/// </summary>
/// <remarks>
/// <para><b>Authority.</b> The store decides who holds what. This side only knows until when its session surely lives: the length,
/// counted on the monotonic clock from <i>before</i> the renewal was sent. In the last fifth of that it starts nothing.</para>
/// <para><b>Loss.</b> When a renewal says that the session has ended, or none came through in time, every loop is cancelled (their
/// appends would be refused anyway) and a new session is opened.</para>
/// <para><b>Work</b> is looked for when a wake-up says so, when a slot becomes free and the last look found something, when a thread is
/// released of a tenant that it found at its cap, when a sleeping thread becomes due, and with every heartbeat. Nothing polls in
/// between, but that a look that met others at the same tenants comes again after a few milliseconds.</para>
/// </remarks>
internal sealed partial class Scheduler(LoopServices services) : IAsyncDisposable
{
    /// <summary>Whoever stops and does not reach the store any more lets its session end by itself.</summary>
    private static readonly TimeSpan s_longestFarewell = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<ThreadKey, Holding> _holdings = [];
    private readonly CappedTenants _capped = new();
    private readonly SemaphoreSlim _look = new(0, 1);
    private readonly SemaphoreSlim _lifecycle = new(1, 1);
    private CancellationTokenSource _stop = new();
    private SessionLife? _session;
    private Task _background = Task.CompletedTask;
    private volatile Task _taking = Task.CompletedTask;
    private int _slots;
    private long _signals;
    private volatile bool _mayBeReady = true;
    private volatile bool _isStopping = true;
    private DateTimeOffset? _nextDue;

    /// <summary>Whether the session surely lives.</summary>
    public bool IsRunning => !_isStopping && _session is { IsAlive: true };

    /// <summary>How many threads this process holds.</summary>
    public int Held => _holdings.Count;

    private EngineOptions Options => services.Options;

    /// <summary>Opens a session and begins to take work.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _lifecycle.WaitAsync(cancellationToken);
        try
        {
            if (!_isStopping)
            {
                return;
            }

            _stop = new CancellationTokenSource();
            await OpenSessionAsync(cancellationToken);
            _isStopping = false;
            _mayBeReady = true;

            // Before the first look: what becomes ready after it must not go unheard.
            var wakeups = services.Store.WatchAsync(_stop.Token);
            _background = Task.WhenAll(
                Task.Run(() => TakeLoopAsync(_stop.Token), CancellationToken.None),
                Task.Run(() => RenewLoopAsync(_stop.Token), CancellationToken.None),
                Task.Run(() => WatchLoopAsync(wakeups, _stop.Token), CancellationToken.None));
            services.Outbox.Start();
            Look();
        }
        finally
        {
            _lifecycle.Release();
        }
    }

    /// <summary>Takes nothing new, lets steps end, hands everything over, ends the session.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _lifecycle.WaitAsync(CancellationToken.None);
        try
        {
            if (_isStopping)
            {
                return;
            }

            _isStopping = true;
            foreach (var holding in _holdings.Values)
            {
                holding.Loop.Drain();
            }

            var loops = Task.WhenAll(_holdings.Values.Select(holding => holding.Done));
            await loops.WaitAsync(Options.ShutdownPatience, services.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            foreach (var holding in _holdings.Values)
            {
                holding.Lose();
            }

            await loops.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await services.Outbox.StopAsync();
            await _stop.CancelAsync();
            await _background.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _session?.End();
            if (_session is { } session)
            {
                using var late = new CancellationTokenSource(s_longestFarewell, services.Time);
                await services.Store.EndSessionAsync(session.Id, late.Token);
            }
        }
        finally
        {
            _lifecycle.Release();
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        _look.Dispose();
        _lifecycle.Dispose();
        _stop.Dispose();
    }

    /// <summary>Something may be ready.</summary>
    public void Look()
    {
        _mayBeReady = true;
        Wake();
    }

    /// <summary>
    /// A slot for a submission that may begin at once: only while the last look found nothing, because others would be passed
    /// otherwise. Used up by <see cref="Begin"/>, or given back with <see cref="GiveBack"/>.
    /// </summary>
    public TakeRequest? TryReserve() => IsRunning && !_mayBeReady && Reserve(1) == 1 ? Request(1) : null;

    /// <summary>Gives slots back that were reserved and not used.</summary>
    public void GiveBack(int slots)
    {
        Interlocked.Add(ref _slots, -slots);
        Wake();
    }

    /// <summary>How many signals were heard of. A lease that brings its inbox knows none that came between it and its loop.</summary>
    public long Signals => Volatile.Read(ref _signals);

    /// <summary>Runs a thread that was leased, in a slot that was reserved.</summary>
    /// <param name="taken">The lease.</param>
    /// <param name="signals">What <see cref="Signals"/> was before it was asked for.</param>
    public void Begin(TakenThread taken, long signals)
    {
        var isKnown = taken.Inbox is not null && Signals == signals;
        var loop = Run(isKnown ? taken : taken with { Inbox = null });
        if (isKnown && Signals != signals)
        {
            loop.Signalled();
        }
    }

    /// <summary>A thread has a new signal: its loop hears of it, or somebody takes it.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="isHeld">Whether somebody holds it.</param>
    /// <param name="ends">Whether something ends by it, which needs no slot of its own; all else keeps to the slots, as new work does.</param>
    /// <param name="cancellationToken">Whoever asked has gone.</param>
    public async ValueTask SignalledAsync(ThreadKey thread, bool isHeld, bool ends, CancellationToken cancellationToken)
    {
        if (TryTell(thread) || isHeld || !IsRunning)
        {
            return;
        }

        var slots = Reserve(1);
        if (slots == 0 && !ends)
        {
            // A look has them all while it asks: what it leaves is free.
            await _taking.WaitAsync(cancellationToken);
            slots = Reserve(1);
        }

        if (slots == 0 && !ends)
        {
            // It is taken when one is free, before what has not begun.
            Look();
            return;
        }

        try
        {
            var signals = Signals;
            // Out of turn: a cancel or an answer must not wait behind a backlog.
            var result = await services.Store.TakeAsync(Request(1) with { Only = thread }, cancellationToken);
            if (result.Capped.Count > 0)
            {
                // Whose release makes room, only a look in turn knows.
                Look();
            }

            foreach (var taken in result.Threads)
            {
                Interlocked.Add(ref _slots, 1 - slots);
                slots = 0;
                Begin(taken, signals);
            }
        }
        finally
        {
            GiveBack(slots);
        }
    }

    /// <summary>
    /// A thread of this name was deleted. Whether that is the one which is held here, its loop asks the store: the news may be older than
    /// a new thread of the same name, and a lease that is given up here but not there keeps everybody off.
    /// </summary>
    public void LeaseEnded(ThreadKey thread)
    {
        if (_holdings.TryGetValue(thread, out var holding))
        {
            holding.Loop.Deleted();
        }
    }

    /// <summary>A thread has a new signal: its loop is told, if there is one here.</summary>
    private bool TryTell(ThreadKey thread)
    {
        // Counted before the look: a loop that is not there yet looks at the count when it is.
        Interlocked.Increment(ref _signals);
        if (!_holdings.TryGetValue(thread, out var holding))
        {
            return false;
        }

        holding.Loop.Signalled();
        return true;
    }

    /// <summary>Reserves as many slots as are free, at most so many.</summary>
    private int Reserve(int wanted)
    {
        while (true)
        {
            var used = Volatile.Read(ref _slots);
            var free = Math.Min(wanted, Options.MaxConcurrentExecutions - used);
            if (free <= 0)
            {
                return 0;
            }

            if (Interlocked.CompareExchange(ref _slots, used + free, used) == used)
            {
                return free;
            }
        }
    }

    private TakeRequest Request(int max) => new()
    {
        Session = _session!.Id,
        Max = max,
        TakenBody = EntryCodec.Taken(services.Time.GetUtcNow()),
        Format = EntryCodec.Format,
        MaxDeaths = Options.MaxCrashes,
    };

    private ExecutionLoop Run(TakenThread taken)
    {
        var session = _session!;
        var lost = CancellationTokenSource.CreateLinkedTokenSource(session.Lost);
        Holding? holding = null;
        var loop = new ExecutionLoop(services, taken, () => session.IsAlive, () => Acquit(holding!), lost.Token);
        holding = new Holding(loop, lost, IsSuspect(taken));
        _holdings[taken.Thread] = holding;
        if (taken.Current is { Status: ExecutionStatus.Running } running)
        {
            services.Waiters.Begin(taken.Thread.Tenant, running.Id);
        }

        holding.Done = Task.Run(() => RunAsync(holding, taken.Current?.Id), CancellationToken.None);
        if (_isStopping)
        {
            loop.Drain();
        }

        return loop;
    }

    private async Task RunAsync(Holding holding, ExecutionId? first)
    {
        try
        {
            await holding.Loop.RunAsync();
        }
        finally
        {
            _holdings.TryRemove(KeyValuePair.Create(holding.Loop.Thread, holding));
            Acquit(holding);
            if (first is { } execution)
            {
                services.Waiters.Forget(execution);
            }

            holding.LeaseLost.Dispose();
            Interlocked.Decrement(ref _slots);
            if (_capped.Release(holding.Loop.Thread.Tenant))
            {
                _mayBeReady = true;
            }

            Wake();
        }
    }

    private void Wake()
    {
        // What this is about is written before the count is read: else the loop, which takes the count first, may see neither.
        Interlocked.MemoryBarrier();

        // An exception for each execution that begins or ends while it is awake would cost more than all else here.
        if (_look.CurrentCount > 0)
        {
            return;
        }

        try
        {
            _look.Release();
        }
        catch (SemaphoreFullException)
        {
            // Somebody woke it in this moment.
        }
    }
}
