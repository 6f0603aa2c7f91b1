using Actant.Journaling;
using Actant.Signals;
using Actant.Storage;

namespace Actant.Loops;

/// <summary>Gives the lease back while the execution is not over: it waits for a person, a child or a time, its process stops, or another one must go on.</summary>
internal sealed class ThreadRest(
    LeasedThread thread, LoopCourse course, LoopJournal journal, PendingCommit pending, OpenScopes scopes, RunningSteps steps, LoopClock clock, StepEntries entries, Committer committer)
{
    /// <summary>Whether nothing of this thread is left to do here and now.</summary>
    public bool IsDue =>
        steps.Slots == 0
        && (course.IsHalting || (steps.Planned.Count == 0 && !scopes.HasWork))
        && (course.IsHalting || journal.Execution is null || !clock.HasShortWait);

    /// <summary>Gives the lease back, with everything stored: the thread waits for a person or a time, or its process stops.</summary>
    public async Task SleepAsync()
    {
        await committer.LandAsync();
        if (course.Ending is not null || !IsDue)
        {
            // The append that ran ahead brought signals.
            return;
        }

        if (journal.Execution is not { } execution)
        {
            await committer.ReleaseAsync(LeaseChange.Release, null, []);
            return;
        }

        if (course is { IsStopping: true, Stop: { } stop } && !execution.IsStopped)
        {
            entries.Ask("", null, Decisions.Stopped, principal: StopRequest.Read(stop.Body).Principal);
            pending.Consume(stop);
        }

        if (course.IsDraining)
        {
            await committer.ReleaseAsync(LeaseChange.Release, null, [Results.ChangeOf(execution, ExecutionStatus.Running)]);
            return;
        }

        if (!execution.OpenInterrupts.Any() && !execution.OpenChildren.Any() && !clock.HasWaits)
        {
            course.Ending = Ending.Failed(new Failure { Code = "graph_stalled", Message = "Nothing runs, waits or can start, and the graph is not over." });
            return;
        }

        await SleepAsync(execution, clock.Next, null);
    }

    /// <summary>
    /// Gives the thread back to a process that has what this one lacks. What could be done without its program is stored; a signal or the
    /// deadline lets anybody look again.
    /// </summary>
    public async Task LeaveToCapableAsync(IReadOnlyList<string> needs)
    {
        LoopLog.Left(thread.Services.Log, thread.Key, string.Join(", ", needs));
        if (journal.Execution is { } execution)
        {
            await SleepAsync(execution, clock.Deadline, needs);
        }
        else
        {
            await committer.ReleaseAsync(LeaseChange.Sleep, clock.Deadline, [], needs);
        }
    }

    private async Task SleepAsync(ExecutionState execution, DateTimeOffset? due, IReadOnlyList<string>? needs)
    {
        var asks = execution.OpenInterrupts.Any();
        await committer.ReleaseAsync(LeaseChange.Sleep, due, [Results.ChangeOf(execution, asks ? ExecutionStatus.Interrupted : ExecutionStatus.Running)], needs);
        if (asks)
        {
            var result = Results.Of(thread.Record!, journal.State, execution);

            // First: who hears of the question may answer it at once.
            journal.Keep();
            thread.Services.Waiters.Complete(result.Record.Id, result with { Record = result.Record with { Status = ExecutionStatus.Interrupted } });
        }
    }
}
