using Actant.Journaling;
using Actant.Storage;

namespace Actant.Loops;

/// <summary>
/// Carries an end out: aborts what runs, stores the end with everything that led to it, gives the lease back. A cancel that
/// was stored before wins; then the end is taken back and decided again.
/// </summary>
internal sealed class ExecutionEnd(
    LeasedThread thread, LoopCourse course, LoopJournal journal, PendingCommit pending, StepAborts aborts, OutputFilter output, Inbox inbox, Committer committer)
{
    /// <summary>Ends the execution as it was decided.</summary>
    public async Task EndAsync()
    {
        await committer.LandAsync();
        await aborts.AbortAsync();
        await output.PassAsync();
        var (ending, record) = (course.Ending!, thread.Record!);
        var execution = journal.Execution ?? new ExecutionState { Id = record.Id, Agent = record.Agent, StartPosition = journal.State.Position + 1 };
        var result = Results.Of(record, journal.State, execution);
        var end = journal.Write(PayloadOf(ending, execution), execution: execution.Id);
        pending.Deliver(end, execution.Id, ending.Status, execution.DeliverTo ?? record.Tags?.DeliverTo);
        if (ending.RollsBack && execution.StartPosition > 1)
        {
            journal.WriteRewind(execution.StartPosition - 1, ending.Principal);
        }

        var change = Results.ChangeOf(execution, ending.Status, FailureOf(ending));
        var stored = await committer.AppendAsync(LeaseChange.Release, null, [change]);
        if (stored.Outcome == AppendOutcome.CancelRequested)
        {
            await TakeBackAsync(end);
            return;
        }

        course.IsReleased = true;
        await committer.FollowUpAsync(stored);
        thread.Services.Meter.Ended(record, ending.Status, change.Failure, end.At);
        thread.Span?.Ended(ending.Status, change.Failure);
        ExecutionLog.Ended(thread.Services.Log, record, ending.Status, change.Failure, end.At, execution.Security?.UserId);
        var ended = result.Record with
        {
            Status = ending.Status,
            EndedAt = end.At,
            EndPosition = journal.Stored,
            Failure = change.Failure,
            Tokens = execution.Usage.Total,
            CostUsd = execution.CostUsd,
        };
        var given = (result with { Record = ended, Interrupts = [], Children = [], WakesAt = null, LimitedUntil = null }).WithOutput(journal.State, execution, ending.Result?.Output ?? default, ending.Result?.MessageId);

        // First: who hears of the end may begin the next turn at once.
        journal.Keep();
        thread.Services.Waiters.Complete(ended.Id, given);
    }

    private async Task TakeBackAsync(Entry end)
    {
        pending.TakeBack(end.Position);
        await journal.TakeBackAsync(end.Position);
        course.Ending = null;
        await inbox.TakeAsync();
    }

    private EntryPayload PayloadOf(Ending ending, ExecutionState execution)
    {
        var unknown = ending.Status == ExecutionStatus.Completed ? null : UnknownCalls();
        return ending.Status switch
        {
            ExecutionStatus.Completed => new ExecutionCompleted
            {
                MessageId = ending.Result!.MessageId,
                Output = ending.Result.MessageId is null ? ending.Result.Output : default,
            },
            ExecutionStatus.Cancelled => new ExecutionCancelled
            {
                Reason = ending.Reason,
                FinishedCalls = [.. execution.FinishedCalls.Select(call => call.CallId)],
                UnknownCalls = unknown ?? [],
                Principal = ending.Principal,
            },
            ExecutionStatus.TimedOut => new ExecutionTimedOut { Deadline = ending.Deadline, UnknownCalls = unknown },
            _ => new ExecutionFailed { Failure = ending.Failure!, UnknownCalls = unknown },
        };
    }

    private List<string>? UnknownCalls()
    {
        var unknown = journal.State.Scopes.Values
            .SelectMany(scope => scope.Activations.Values)
            .SelectMany(activation => activation.Calls)
            .Where(call => call.IsOpen)
            .Select(call => call.Id)
            .ToList();
        return unknown.Count > 0 ? unknown : null;
    }

    private Failure? FailureOf(Ending ending) => ending.Status == ExecutionStatus.TimedOut ? ExecutionLimits.TimedOut(ending.Deadline, thread.Tier) : ending.Failure;
}
