using Actant.Journaling;
using Actant.Nodes;
using Actant.Storage;
using Actant.Tiers;

namespace Actant.Loops;

/// <summary>
/// What is done when a loop could not go on. Where the store did not answer, the thread is given back as the journal has it. Where this
/// program is at fault, trying again would fail again: the execution fails, and everything up to there is kept. So it does
/// without its fold where that cannot be had.
/// </summary>
internal sealed class Recovery(LeasedThread thread, LoopCourse course, RunningSteps steps, ExecutionEnd end, Committer committer, Rollback rollback, UnfoldedEnd unfolded)
{
    /// <summary>How often the same is tried that failed for no reason of the store's.</summary>
    public const int MostFaults = 3;

    private static readonly TimeSpan s_pauseAfterOutage = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(30);

    private LoopServices Services => thread.Services;

    /// <summary>Gives the thread back, whatever it takes; until the lease is lost.</summary>
    public async Task RecoverAsync(Exception fault)
    {
        steps.Stop();
        var newer = fault as NewerFormatException;
        var failure = newer is null ? FailureOf(fault) : null;
        var faults = failure is null ? 0 : 1;
        Services.Meter.StoreFailed(fault);
        for (var pause = s_firstPause; !thread.LeaseLost.IsCancellationRequested; pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause)
        {
            course.IsReleased = false;
            try
            {
                await (newer is not null ? unfolded.LeaveToNewerAsync(newer) : faults >= MostFaults ? unfolded.EndAsync(failure!) : EndOrRestAsync(failure));
                if (course.IsReleased)
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
                LoopLog.Broken(Services.Log, exception, thread.Key, thread.Lease.Epoch);
                Services.Meter.StoreFailed(exception);
            }
            catch (PositionConflictException exception)
            {
                // What stands there now is looked at again, after a pause.
                LoopLog.Conflict(Services.Log, exception, thread.Key, thread.Lease.Epoch);
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

            await Task.Delay(pause, Services.Time, thread.LeaseLost).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>From what is stored: ends the execution if it failed here, else gives the thread back.</summary>
    private async Task EndOrRestAsync(Failure? failure)
    {
        if (await rollback.FoldAsync(fromSnapshot: failure is null))
        {
            course.Ending = failure is null || thread.Record is null ? null : Ending.Failed(failure);
            await (course.Ending is null ? committer.ReleaseAsync(LeaseChange.Sleep, thread.Now + s_pauseAfterOutage, []) : end.EndAsync());
        }
    }

    /// <summary>How an execution fails that cannot go on; <c>null</c> where the store is away, which is nobody's end.</summary>
    private Failure? FailureOf(Exception fault) => fault switch
    {
        StoreUnavailableException => null,
        TenantFullException full => full.Failure,
        PositionConflictException when !Services.Conflicted.IsHopeless(thread.Key) => null,
        PositionConflictException => new Failure
        {
            Code = "journal_conflict",
            Message = $"Under one lease after the other, somebody else wrote to this thread what {Services.Options.Node} should have written. What is stored is kept.",
        },
        JournalUnreadableException unreadable => new Failure
        {
            Code = UnfoldedEnd.JournalUnreadable,
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
            Message = $"The engine could not go on with this execution ({fault.GetType().Name}). The log of {Services.Options.Node} at {thread.Now:O} has the details.",
        },
    };

    private void LogFault(Exception exception)
    {
        if (exception is JournalUnreadableException unreadable)
        {
            LoopLog.Unreadable(Services.Log, thread.Key, thread.Lease.Epoch, unreadable.Position, unreadable.Reason, thread.Record?.Id);
        }
        else
        {
            LoopLog.Broken(Services.Log, exception, thread.Key, thread.Lease.Epoch);
        }
    }
}
