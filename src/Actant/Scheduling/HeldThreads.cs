using System.Collections.Concurrent;
using Actant.Loops;
using Actant.Storage;

namespace Actant.Scheduling;

/// <summary>
/// The threads that a process holds, each with its loop. Among them may be quarantined ones, under which processes died: the store gives a
/// process few of them at a time (see <see cref="Quarantine"/>); here it is only seen when one of them is cleared, so that the next one comes.
/// </summary>
internal sealed class HeldThreads(LoopServices services, PollSignal poll, Slots slots, CappedTenants capped)
{
    // So long a thread is left alone: taking it up again costs a lease, and perhaps a fold.
    private static readonly TimeSpan s_shortestTurn = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<ThreadKey, Holding> _holdings = [];
    private long _signals;
    private volatile bool _isDraining = true;

    /// <summary>How many are held.</summary>
    public int Count => _holdings.Count;

    /// <summary>Whether the process stops, or has: those that are held are to be handed over.</summary>
    public bool IsDraining => _isDraining;

    /// <summary>How many signals were heard of. A lease that brings its inbox knows none that came between it and its loop.</summary>
    public long Signals => Volatile.Read(ref _signals);

    /// <summary>Ends when all loops have ended.</summary>
    public Task Done => Task.WhenAll(_holdings.Values.Select(static holding => holding.Done));

    /// <summary>Threads are run from now on.</summary>
    public void Open() => _isDraining = false;

    /// <summary>All end at their next step.</summary>
    public void Drain()
    {
        _isDraining = true;
        foreach (var holding in _holdings.Values)
        {
            holding.Loop.Drain();
        }
    }

    /// <summary>Whether something was held for long enough to make room for others who wait.</summary>
    public bool MayYield => Oldest() is not null;

    /// <summary>Of what was held for long, what is of the tenant that holds most here, and of that the oldest, is given back between two of its steps.</summary>
    public void Yield()
    {
        while (Oldest() is { } oldest && !oldest.TryYield())
        {
        }
    }

    /// <summary>All are given up.</summary>
    public void Lose()
    {
        foreach (var holding in _holdings.Values)
        {
            holding.Lose();
        }
    }

    /// <summary>Runs a thread that was leased, in a slot that was reserved.</summary>
    /// <param name="session">The session under which it was leased.</param>
    /// <param name="taken">The lease.</param>
    /// <param name="signals">What <see cref="Signals"/> was before it was asked for.</param>
    public void Begin(SessionLife session, TakenThread taken, long signals)
    {
        var isKnown = taken.Inbox is not null && Signals == signals;
        var loop = Run(session, isKnown ? taken : taken with { Inbox = null });
        if (isKnown && Signals != signals)
        {
            loop.Signalled();
        }
    }

    /// <summary>A thread has a new signal: its loop is signalled, if there is one here.</summary>
    public bool TrySignal(ThreadKey thread)
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

    private Holding? Oldest() => _holdings.Values
        .Where(holding => holding.MayYield && services.Time.GetElapsedTime(holding.Since) >= s_shortestTurn)
        .OrderByDescending(holding => slots.HeldOf(holding.Loop.Thread.Tenant)).ThenBy(static holding => holding.Since)
        .FirstOrDefault();

    private ExecutionLoop Run(SessionLife session, TakenThread taken)
    {
        var lost = CancellationTokenSource.CreateLinkedTokenSource(session.Lost);
        Holding? holding = null;
        var loop = new ExecutionLoop(services, taken, () => session.IsAlive, () => Acquit(holding!), lost.Token);
        holding = new Holding(loop, lost, IsQuarantined(taken), services.Time.GetTimestamp());
        _holdings[taken.Thread] = holding;
        if (taken.Current is { Status: ExecutionStatus.Running } running)
        {
            services.Waiters.Begin(taken.Thread.Tenant, running.Id);
        }

        holding.Done = Task.Run(() => RunAsync(holding, taken.Current?.Id), CancellationToken.None);
        if (_isDraining)
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
            if (slots.Release(holding.Loop.Thread.Tenant))
            {
                poll.OthersMayBeReady = true;
            }

            if (capped.Release(holding.Loop.Thread.Tenant))
            {
                poll.MayBeReady = true;
            }

            poll.Ring();
        }
    }

    private static bool IsQuarantined(TakenThread taken) => taken.Crashes >= Quarantine.From;

    /// <summary>A quarantined thread has stored a step, or is gone: the store may give another one.</summary>
    private void Acquit(Holding holding)
    {
        if (holding.TryClear())
        {
            poll.Poll();
        }
    }
}
