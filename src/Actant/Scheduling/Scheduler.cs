using Actant.Loops;
using Actant.Storage;

namespace Actant.Scheduling;

/// <summary>
/// A process's share in the work: its session, the threads it holds, and when it polls for more.
/// </summary>
/// <remarks>
/// <para><b>Authority.</b> The store decides who holds what. This side only knows until when its session surely lives: the length,
/// counted on the monotonic clock from <i>before</i> the renewal was sent. In the last fifth of that it starts nothing.</para>
/// <para><b>Loss.</b> When a renewal says that the session has ended, or none came through in time, every loop is cancelled (their
/// appends would be refused anyway) and a new session is opened (<see cref="SessionKeeper"/>).</para>
/// <para><b>Work</b> is polled for (<see cref="ThreadTaker"/>) when a wake-up says so, when a slot becomes free and the last poll found something,
/// when all slots are in use and somebody may wait who holds none,
/// when a thread is released of a tenant that it found at its cap, when a sleeping thread becomes due, and with every heartbeat. Nothing polls in
/// between, but that a poll that met others at the same tenants comes again after a few milliseconds.</para>
/// </remarks>
internal sealed class Scheduler : IAsyncDisposable
{
    private readonly LoopServices _services;
    private readonly PollSignal _poll = new();
    private readonly Slots _slots;
    private readonly HeldThreads _held;
    private readonly SessionKeeper _session;
    private readonly ThreadTaker _taker;
    private readonly OverdueExecutions _overdue;
    private readonly SemaphoreSlim _lifecycle = new(1, 1);
    private CancellationTokenSource _stop = new();
    private Task _background = Task.CompletedTask;

    /// <summary>A scheduler that does not run yet.</summary>
    public Scheduler(LoopServices services)
    {
        var (slots, capped) = (new Slots(services.Options), new CappedTenants());
        (_services, _slots) = (services, slots);
        _held = new HeldThreads(services, _poll, slots, capped);
        _overdue = new OverdueExecutions(services, (thread, isHeld, cancellationToken) => SignalledAsync(thread, isHeld, ends: true, cancellationToken));
        _session = new SessionKeeper(services, _poll, _held, _overdue);
        _taker = new ThreadTaker(services, _poll, slots, capped, _held, _session);
    }

    /// <summary>Whether the session surely lives.</summary>
    public bool IsRunning => _session.IsRunning;

    /// <summary>How many threads this process holds.</summary>
    public int Held => _held.Count;

    /// <inheritdoc cref="HeldThreads.Signals" />
    public long Signals => _held.Signals;

    /// <summary>Opens a session and begins to take work.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _lifecycle.WaitAsync(cancellationToken);
        try
        {
            if (!_held.IsDraining)
            {
                return;
            }

            _stop = new CancellationTokenSource();
            await _session.OpenAsync(cancellationToken);
            _held.Open();
            _poll.MayBeReady = true;

            // Before the first poll: what becomes ready after it must not go unheard.
            var wakeups = _services.Store.WatchAsync(_stop.Token);
            _background = Task.WhenAll(
                Task.Run(() => _taker.TakeLoopAsync(_stop.Token), CancellationToken.None),
                Task.Run(() => _session.RenewLoopAsync(_stop.Token), CancellationToken.None),
                Task.Run(() => _overdue.EndLoopAsync(_stop.Token), CancellationToken.None),
                Task.Run(() => WatchLoopAsync(wakeups, _stop.Token), CancellationToken.None));
            _services.Outbox.Start();
            _poll.PollForAll();
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
            if (_held.IsDraining)
            {
                return;
            }

            _held.Drain();
            var loops = _held.Done;
            await loops.WaitAsync(_services.Options.ShutdownPatience, _services.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _held.Lose();
            await loops.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _services.Outbox.StopAsync(_services.Options.ShutdownPatience);
            await _stop.CancelAsync();
            await _background.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _session.EndAsync();
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
        await _overdue.DisposeAsync();
        _poll.Dispose();
        _lifecycle.Dispose();
        _stop.Dispose();
    }

    /// <summary>Something of a tenant may be ready.</summary>
    public void Poll(TenantId tenant)
    {
        if (_slots.IsHolder(tenant))
        {
            _poll.Poll();
        }
        else
        {
            _poll.PollForAll();
        }
    }

    /// <summary>An execution was accepted that waits; it ends at its deadline, if it has not begun by then.</summary>
    public void Expect(DateTimeOffset? deadline) => _overdue.Expect(deadline);

    /// <summary>
    /// A slot for a submission that may begin at once, or where all are in use a place beside them: only while the last poll found nothing for
    /// it, because others would be passed otherwise. Used up by <see cref="Begin"/>, or given back with <see cref="GiveBack"/>.
    /// </summary>
    public TakeRequest? TryReserve(TenantId tenant) => _taker.TryReserve(tenant);

    /// <summary>Gives a slot back that was reserved and not used.</summary>
    public void GiveBack(TenantId tenant) => _taker.GiveBack(tenant);

    /// <summary>Runs a thread that was leased, in a slot that was reserved.</summary>
    /// <param name="taken">The lease.</param>
    /// <param name="signals">What <see cref="Signals"/> was before it was asked for.</param>
    public void Begin(TakenThread taken, long signals) => _held.Begin(_session.Current!, taken, signals);

    /// <summary>A thread has a new signal: its loop hears of it, or somebody takes it.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="isHeld">Whether somebody holds it.</param>
    /// <param name="ends">Whether something ends by it, which needs no slot of its own; all else keeps to the slots, as new work does.</param>
    /// <param name="cancellationToken">Whoever asked has gone.</param>
    public ValueTask SignalledAsync(ThreadKey thread, bool isHeld, bool ends, CancellationToken cancellationToken) =>
        _held.TrySignal(thread) || isHeld || !IsRunning ? ValueTask.CompletedTask : _taker.TakeOutOfTurnAsync(thread, ends, cancellationToken);

    /// <inheritdoc cref="HeldThreads.LeaseEnded" />
    public void LeaseEnded(ThreadKey thread) => _held.LeaseEnded(thread);

    private async Task WatchLoopAsync(IAsyncEnumerable<Wakeup> wakeups, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var wakeup in wakeups)
            {
                switch (wakeup.Kind)
                {
                    case WakeupKind.WorkIsReady:
                        _poll.Poll();
                        break;
                    case WakeupKind.Signalled:
                        _held.TrySignal(wakeup.Thread!.Value);
                        break;
                    case WakeupKind.Progressed:
                        _services.Waiters.Complete(wakeup.Execution!.Value, null);
                        _services.Hub.Poke(wakeup.Thread!.Value);
                        break;
                    case WakeupKind.LeaseEnded:
                        LeaseEnded(wakeup.Thread!.Value);
                        break;
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The process stops.
        }
    }
}
