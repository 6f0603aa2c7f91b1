using Actant.Journaling;
using Actant.Signals;
using Actant.Storage;

namespace Actant.Loops;

/// <summary>
/// Ends the open or next execution without its fold, behind what the journal holds: it fails, or is cancelled if somebody asked for
/// that. The slot is free then, and nobody takes the thread again for nothing.
/// </summary>
internal sealed class UnfoldedEnd(LeasedThread thread, LoopCourse course, LoopJournal journal, PendingCommit pending, Inbox inbox, Committer committer, Rollback rollback)
{
    /// <summary>The code of what fails because its journal cannot be read.</summary>
    public const string JournalUnreadable = "journal_unreadable";

    /// <summary>Ends the execution.</summary>
    public async Task EndAsync(Failure failure)
    {
        if (!await rollback.ForgetAsync())
        {
            return;
        }

        journal.GiveUpState();
        var cancel = await inbox.TakeUnfoldedAsync();
        course.Ending = null;
        Entry? end = null;
        ExecutionChange? change = null;
        if (thread.Record is { } record)
        {
            (end, change) = WriteEnd(record, cancel, failure);
        }

        var stored = await committer.AppendAsync(LeaseChange.Release, null, change is null ? [] : [change]);
        if (stored.Outcome == AppendOutcome.CancelRequested)
        {
            // It came in this moment, and is read with the next try.
            await EndAsync(failure);
            return;
        }

        course.IsReleased = true;
        await committer.FollowUpAsync(stored);
        if (failure.Code == JournalUnreadable)
        {
            thread.Services.Meter.Unreadable();
        }

        if (end is not null && change is not null)
        {
            Publish(end, change);
        }
    }

    /// <summary>Gives the thread back to nodes of a newer release, without having seen anything: from now on only such a node takes it.</summary>
    public async Task LeaveToNewerAsync(NewerFormatException newer)
    {
        LoopLog.Newer(thread.Services.Log, thread.Key, newer.Position, newer.Format);
        if (await rollback.ForgetAsync())
        {
            var result = await journal.AppendAsync([], (request, _, _) => request with { Lease = LeaseChange.Release, Format = newer.Format }, null);
            course.IsReleased = true;
            await committer.FollowUpAsync(result);
        }
    }

    private (Entry End, ExecutionChange Change) WriteEnd(ExecutionRecord record, CancelRequest? request, Failure failure)
    {
        var end = journal.Write(
            request is null ? new ExecutionFailed { Failure = failure } : new ExecutionCancelled { Reason = request.Reason, Principal = request.Principal }, execution: record.Id);
        var status = request is null ? ExecutionStatus.Failed : ExecutionStatus.Cancelled;
        pending.Deliver(end, record.Id, status, record.Tags?.DeliverTo);
        if (request?.RollsBack == true && record.StartPosition > 1)
        {
            journal.WriteRewind(record.StartPosition.Value - 1, request.Principal);
        }

        return (end, new ExecutionChange
        {
            Execution = record.Id,
            Status = status,
            StartPosition = record.StartPosition ?? end.Position,
            Failure = request is null ? failure : null,
            Tokens = record.Tokens,
            CostUsd = record.CostUsd,
        });
    }

    private void Publish(Entry end, ExecutionChange change)
    {
        thread.Services.Meter.Ended(thread.Record!, change.Status, change.Failure, end.At);
        ExecutionLog.Ended(thread.Services.Log, thread.Record!, change.Status, change.Failure, end.At, user: null);
        var ended = thread.Record! with
        {
            Status = change.Status,
            EndedAt = end.At,
            EndPosition = journal.Stored,
            StartPosition = change.StartPosition,
            Failure = change.Failure,
        };
        thread.Services.Waiters.Complete(ended.Id, new ExecutionResult { Record = ended });
    }
}
