using Actant.Journaling;
using Actant.Loops;
using Actant.Storage;
using Microsoft.Extensions.Logging;

namespace Actant.Scheduling;

/// <summary>Takes ready threads out of the store: in turn as slots are free, and one out of turn that somebody has signalled.</summary>
internal sealed partial class ThreadTaker(LoopServices services, PollSignal poll, Slots slots, CappedTenants capped, HeldThreads held, SessionKeeper session)
{
    private const int LargestTake = 100;

    // So long whoever holds nothing here waits for a place before one that is held must be given back.
    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan s_pauseAfterFault = TimeSpan.FromSeconds(5);

    private volatile Task _taking = Task.CompletedTask;
    private long? _fullSince;

    /// <summary>
    /// A slot for a submission that may begin at once, or where all are in use a place beside them: only while the last poll found nothing for
    /// it, because others would be passed otherwise.
    /// </summary>
    public TakeRequest? TryReserve(TenantId tenant) =>
        session.IsRunning && ((!poll.MayBeReady && slots.TryReserve(tenant)) || (!poll.OthersMayBeReady && slots.TryReserveBeside(tenant))) ? Request(1) : null;

    /// <summary>Gives a slot back that was reserved and not used.</summary>
    public void GiveBack(TenantId tenant)
    {
        if (slots.Release(tenant))
        {
            poll.OthersMayBeReady = true;
        }

        poll.Ring();
    }

    /// <summary>Takes what is ready, whenever something may be, until that is cancelled.</summary>
    public async Task TakeLoopAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await WaitForWorkAsync(cancellationToken);
                await TakeAsync(cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                LogTakeFailed(services.Log, exception);
                services.Meter.StoreFailed(exception);
                (poll.MayBeReady, poll.OthersMayBeReady) = (true, true);
                await Task.Delay(s_pauseAfterFault, services.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Takes a thread out of turn that nobody holds: a cancel or an answer must not wait behind a backlog.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="ends">Whether something ends by it, which needs no slot of its own; all else keeps to the slots, as new work does.</param>
    /// <param name="cancellationToken">Whoever asked has gone.</param>
    public async ValueTask TakeOutOfTurnAsync(ThreadKey thread, bool ends, CancellationToken cancellationToken)
    {
        var isReserved = TryReserve();
        if (!isReserved && !ends)
        {
            // A poll has them all while it takes: what it leaves is free.
            await _taking.WaitAsync(cancellationToken);
            isReserved = TryReserve();
        }

        if (!isReserved && !ends)
        {
            // It is taken when one is free, before what has not begun.
            poll.Poll();
            return;
        }

        try
        {
            var signals = held.Signals;
            var result = await services.Store.TakeAsync(Request(1) with { Only = thread }, cancellationToken);
            if (result.Capped.Count > 0)
            {
                // Whose release makes room, only a poll in turn knows.
                poll.Poll();
            }

            foreach (var taken in result.Threads)
            {
                if (!isReserved)
                {
                    slots.Exceed(thread.Tenant);
                }

                isReserved = false;
                held.Begin(session.Current!, taken, signals);
            }
        }
        finally
        {
            if (isReserved)
            {
                GiveBack(thread.Tenant);
            }
        }

        bool TryReserve() => slots.TryReserve(thread.Tenant) || slots.TryReserveBeside(thread.Tenant);
    }

    private async Task WaitForWorkAsync(CancellationToken cancellationToken)
    {
        var due = session.NextDue is { } next ? services.Time.Until(next) : Timeout.InfiniteTimeSpan;
        if (due == Timeout.InfiniteTimeSpan || due > services.Options.SessionLength)
        {
            await poll.WaitAsync(cancellationToken);
            return;
        }

        using var clock = new CancellationTokenSource(due > TimeSpan.Zero ? due : TimeSpan.FromMilliseconds(1), services.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancellationToken);
        try
        {
            await poll.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            session.NextDue = null;
            (poll.MayBeReady, poll.OthersMayBeReady) = (true, true);
        }
    }

    private async Task TakeAsync(CancellationToken cancellationToken)
    {
        var pauses = 0;
        while (poll.MayBeReady && session.IsRunning)
        {
            var isContended = false;
            var taking = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _taking = taking.Task;
            var (free, beside) = slots.Reserve(LargestTake, poll.OthersMayBeReady);
            var isAhead = IsLongFull(free + beside) && held.MayYield && slots.TryReserveAhead();
            beside += isAhead ? 1 : 0;
            if (free + beside == 0)
            {
                taking.SetResult();
                return;
            }

            var unused = free + beside;
            try
            {
                // Before the take, so that what becomes ready during it is not overlooked.
                var signals = held.Signals;
                BeginPoll(free, beside);
                var result = await services.Store.TakeAsync(Request(free) with { Beside = beside }, cancellationToken);
                EndPoll(result, free, beside);
                if (isAhead && result.Threads.Count > 0)
                {
                    _fullSince = null;
                    held.Yield();
                }

                foreach (var thread in result.Threads)
                {
                    slots.Use(thread.Thread.Tenant);
                    unused--;
                    held.Begin(session.Current!, thread, signals);
                }

                isContended = result.IsContended && result.Threads.Count == 0;
            }
            finally
            {
                slots.GiveBack(unused);
                taking.SetResult();
            }

            pauses = isContended ? pauses + 1 : 0;
            if (isContended)
            {
                await Task.Delay(PauseOf(pauses), services.Time, cancellationToken);
            }
        }
    }

    /// <summary>Whether nothing was free for long, not even a place, though somebody may wait who holds nothing here.</summary>
    private bool IsLongFull(int free)
    {
        if (free > 0 || !poll.OthersMayBeReady)
        {
            _fullSince = free > 0 ? null : _fullSince;
            return false;
        }

        _fullSince ??= services.Time.GetTimestamp();
        return services.Time.GetElapsedTime(_fullSince.Value) >= s_longestWait;
    }

    /// <summary>A poll that has only places beside the slots says nothing of those that wait for slots.</summary>
    private void BeginPoll(int free, int beside)
    {
        if (free > 0)
        {
            capped.BeginPoll();
            poll.MayBeReady = false;
        }

        if (beside > 0)
        {
            poll.OthersMayBeReady = false;
        }
    }

    private void EndPoll(TakeResult result, int free, int beside)
    {
        if (free > 0 && (capped.EndPoll(result.Capped) || result.IsContended || result.Threads.Count > 0))
        {
            poll.MayBeReady = true;
        }

        // With a slot, too, the next poll looks for these.
        if (beside > 0 && (result.Threads.Count == free + beside || (result.IsContended && free == 0)))
        {
            poll.OthersMayBeReady = true;
        }
    }

    /// <summary>At random, so that nodes which met do not meet again: up to 4 ms, 8, … 64.</summary>
    private TimeSpan PauseOf(int pauses) => TimeSpan.FromMilliseconds(1 + (services.Random.NextDouble() * (2 << Math.Min(pauses, 5))));

    private TakeRequest Request(int max) => new()
    {
        Session = session.Current!.Id,
        Max = max,
        TakenBody = EntryCodec.Taken(services.Time.GetUtcNow()),
        Format = EntryCodec.Format,
        MaxDeaths = services.Options.MaxCrashes,
    };

    [LoggerMessage(EventId = 2001, Level = LogLevel.Warning, Message = "Work could not be taken; trying again soon.")]
    private static partial void LogTakeFailed(ILogger logger, Exception exception);
}
