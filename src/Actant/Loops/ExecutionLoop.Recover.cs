using Actant.Journaling;
using Actant.Nodes;
using Actant.Storage;
using Microsoft.Extensions.Logging;

namespace Actant.Loops;

internal sealed partial class ExecutionLoop
{
    /// <summary>How often the same is tried that failed for no reason of the store's.</summary>
    private const int MostFaults = 3;

    private int _conflicts;

    private static readonly TimeSpan s_pauseAfterOutage = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The loop could not go on. Where the store did not answer, the thread is given back as the journal has it. Where this
    /// program is at fault, trying again would fail again: the execution fails, and everything up to there is kept. So it does
    /// without its fold where that cannot be had.
    /// </summary>
    private async Task RecoverAsync(Exception fault)
    {
        StopSteps(static _ => true);
        var newer = fault as NewerFormatException;
        var failure = newer is null ? FailureOf(fault) : null;
        var faults = failure is null ? 0 : 1;
        _services.Meter.StoreFailed(fault);
        for (var pause = s_firstPause; !_leaseLost.IsCancellationRequested; pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause)
        {
            _isReleased = false;
            try
            {
                await (newer is not null ? LeaveToNewerAsync(newer) : faults >= MostFaults ? EndUnfoldedAsync(failure!) : EndOrRestAsync(failure));
                if (_isReleased)
                {
                    return;
                }
            }
            catch (Exception exception) when (exception is LeaseLostException or OperationCanceledException)
            {
                return;
            }
            catch (NewerFormatException exception)
            {
                newer = exception;
                continue;
            }
            catch (StoreUnavailableException exception)
            {
                LogBroken(_services.Log, exception, Thread, _lease.Epoch);
                _services.Meter.StoreFailed(exception);
            }
            catch (PositionConflictException exception)
            {
                // What stands there now is looked at again, after a pause.
                LogConflict(_services.Log, exception, Thread, _lease.Epoch);
            }
            catch (Exception exception)
            {
                failure = FailureOf(exception);
                faults++;
                if (faults >= MostFaults)
                {
                    LogFault(exception);
                }

                if (faults <= MostFaults)
                {
                    // What is read again at once is the same, or was never wrong in the journal.
                    continue;
                }
            }

            await Task.Delay(pause, _services.Time, _leaseLost).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Goes on from the journal as it stands where something else stands in it than was thought, a few times.</summary>
    private async Task GoOnAsync(Func<Task> what)
    {
        for (; ; what = FoldAgainAsync)
        {
            try
            {
                await what();
                return;
            }
            catch (PositionConflictException exception) when (++_conflicts < MostFaults)
            {
                LogConflict(_services.Log, exception, Thread, _lease.Epoch);
            }
        }
    }

    /// <summary>
    /// A thread of this name was deleted: it is this one unless the entry with which it was taken still stands. A store that does not answer
    /// says it with the next append.
    /// </summary>
    private async Task SeeWhetherDeletedAsync()
    {
        try
        {
            var taken = await _services.Store.For(Thread.Tenant).ReadAsync(Thread.Thread, _lease.Taken.Position, 1, _leaseLost);
            if (taken.Count == 0 || taken[0].Id != _lease.Taken.Id)
            {
                throw new LeaseLostException();
            }
        }
        catch (StoreUnavailableException exception)
        {
            _services.Meter.StoreFailed(exception);
        }
    }

    /// <summary>What runs was planned from another state: it stops, and is planned again.</summary>
    private async Task FoldAgainAsync()
    {
        StopSteps(static _ => true);
        (_ending, _stop, _missing) = (null, null, null);
        _isReleased = _isStopping = _mustCommit = _mustWait = _isStep = false;
        _waits.Clear();
        if (await StartOverAsync(fromSnapshot: true))
        {
            // What came in is done again as far as its commit is not there.
            _seenSignal = 0;
            await BeginAsync();
        }
    }

    [LoggerMessage(EventId = 1006, Level = LogLevel.Warning, Message = "Thread {Thread} (epoch {Epoch}) holds other entries than were thought; it is folded again.")]
    private static partial void LogConflict(ILogger logger, Exception exception, ThreadKey thread, long epoch);

    /// <summary>From what is stored: ends the execution if it failed here, else gives the thread back.</summary>
    private async Task EndOrRestAsync(Failure? failure)
    {
        if (await StartOverAsync(fromSnapshot: failure is null))
        {
            _ending = failure is null || _record is null ? null : Ending.Failed(failure);
            await (_ending is null ? ReleaseAsync(LeaseChange.Sleep, Now + s_pauseAfterOutage, []) : EndAsync());
        }
    }

    /// <summary>How an execution fails that cannot go on; <c>null</c> where the store is away, which is nobody's end.</summary>
    private Failure? FailureOf(Exception fault) => fault switch
    {
        StoreUnavailableException => null,
        PositionConflictException when !_services.Conflicted.IsHopeless(Thread) => null,
        PositionConflictException => new Failure
        {
            Code = "journal_conflict",
            Message = $"Under one lease after the other, somebody else wrote to this thread what {_services.Options.Node} should have written. What is stored is kept.",
        },
        JournalUnreadableException unreadable => new Failure
        {
            Code = JournalUnreadable,
            Message = $"{unreadable.Message} What was in flight is unknown. Go back to position {unreadable.Position - 1} to go on with the thread, or delete it.",
        },
        EntryTooLargeException large => new Failure
        {
            Code = ValueErrors.TooLarge,
            Message = $"{large.Message} At most {StorageLimits.MaxContentBytes} bytes can be. What was stored before it is kept.",
            Where = large.Entry.Activation is { } activation ? ScopePath.OfNode(large.Entry.Path, activation) : null,
        },
        _ => new Failure
        {
            Code = "engine_fault",
            Message = $"The engine could not go on with this execution ({fault.GetType().Name}). The log of {_services.Options.Node} at {Now:O} has the details.",
        },
    };

    /// <summary>Forgets everything that is not stored. <c>false</c> when the thread is gone.</summary>
    private async Task<bool> StartOverAsync(bool fromSnapshot)
    {
        if (!await ForgetAsync())
        {
            return false;
        }

        _state = await _services.Loader.LoadAsync(Thread, _stored, _leaseLost, fromSnapshot);
        await (_services.Options.Watch?.BeganAsync(Thread, _lease.Epoch, _state) ?? ValueTask.CompletedTask);

        // Nothing of it is done: it is only seen, so that an end is not refused because of it.
        _seenSignal = (await _services.Store.ReadInboxAsync(Thread, long.MaxValue, _leaseLost)).SignalNumber;
        return true;
    }

    /// <summary>Forgets what is not stored, and finds out where the journal ends. <c>false</c> when the thread is gone.</summary>
    private async Task<bool> ForgetAsync()
    {
        if (await _services.Store.For(Thread.Tenant).GetThreadAsync(Thread.Thread, _leaseLost) is not { } record)
        {
            _isReleased = true;
            return false;
        }

        ClearPending();
        HandInUnstored();
        _cancelledInQueue.Clear();
        _inFlight = null;
        _work.Clear();
        _planned.Clear();
        _admitted.Clear();
        _stored = record.Position;
        _writer.Return(_stored + 1);
        return true;
    }
}
