using Actant.Journaling;
using Actant.Signals;
using Actant.Storage;

namespace Actant.Loops;

/// <summary>Does what steering signals ask: cancels, stops, answers to questions, and reports of calls that ended late.</summary>
internal sealed class SteeringSignals(LeasedThread thread, LoopCourse course, LoopJournal journal, PendingCommit pending, OpenScopes scopes, LoopClock clock)
{
    private readonly HashSet<ExecutionId> _cancelledInQueue = [];

    /// <summary>What waits ends here; the store takes its input off, which nobody has read.</summary>
    public void Cancel(InboxSignal signal)
    {
        pending.Consume(signal);
        var request = CancelRequest.Read(signal.Body);
        if (signal.Execution is { } named && named == (journal.Execution?.Id ?? thread.Record?.Id))
        {
            if (request.Deadline is null && course.Ending is not { Status: ExecutionStatus.Cancelled })
            {
                course.Ending = new Ending(ExecutionStatus.Cancelled) { Reason = request.Reason, RollsBack = request.RollsBack, Principal = request.Principal };
            }
        }
        else if (signal.Target is { Status: ExecutionStatus.Pending } waiting && _cancelledInQueue.Add(waiting.Id))
        {
            EndWaiting(waiting, request);
        }
    }

    private void EndWaiting(ExecutionRecord waiting, CancelRequest request)
    {
        var status = request.Deadline is null ? ExecutionStatus.Cancelled : ExecutionStatus.TimedOut;
        var end = journal.Write(
            request.Deadline is { } deadline ? new ExecutionTimedOut { Deadline = deadline } : new ExecutionCancelled { Reason = request.Reason, Principal = request.Principal },
            execution: waiting.Id);
        pending.Deliver(end, waiting.Id, status, waiting.Tags?.DeliverTo);
        pending.Note(new ExecutionChange
        {
            Execution = waiting.Id,
            Status = status,
            Failure = request.Deadline is { } passed ? ExecutionLimits.TimedOut(passed, thread.Tier) : null,
        });
    }

    /// <summary>One that has not begun is stopped when its turn comes: until then the signal stays where it is.</summary>
    public void Stop(InboxSignal signal)
    {
        if (signal.Execution == journal.Execution?.Id)
        {
            if (course.IsStopping || journal.Execution?.IsStopped == true)
            {
                pending.Consume(signal);
            }
            else
            {
                // Consumed by the question that it leads to: should the process die before, the next one stops.
                (course.IsStopping, course.Stop) = (true, signal);
            }
        }
        else if (signal.Target is not { StartPosition: null, EndedAt: null })
        {
            pending.Consume(signal);
        }
    }

    /// <summary>Somebody answers a question.</summary>
    public void Decide(InboxSignal signal)
    {
        pending.Consume(signal);
        if (journal.Execution is not { } execution || execution.Id != signal.Execution)
        {
            return;
        }

        if (Decision.Read(signal.Body) is not { } decision)
        {
            // It cannot be given again: the key that makes it one answer is known.
            course.Fail(SignalBody.Failure("Somebody's answer to a question of this execution"));
            return;
        }

        if (execution.Interrupts.Find(interrupt => interrupt.Interrupt.Id == decision.InterruptId) is not { IsAnswered: false } open)
        {
            return;
        }

        journal.Write(new Resumed { InterruptId = decision.InterruptId, Answer = decision.Answer, Principal = decision.Principal }, open.Path, open.Activation);
        clock.Set();
        if (open.Interrupt.Reason == InterruptReasons.Stopped)
        {
            course.IsStopping = false;
        }

        scopes.EnqueueAll((path, activation) => open.Activation is null || (open.Path == path && open.Activation == activation));
    }

    /// <summary>
    /// Somebody hands in how an attempt of an unsafe call ended whose outcome counts as unknown, because its thread had gone elsewhere. It is put
    /// on record and shown with the question. It never settles the question: the owner of that time, or a person, may have done something else
    /// about the call meanwhile. Of any other attempt it is of no interest any more.
    /// </summary>
    public void Report(InboxSignal signal)
    {
        pending.Consume(signal);
        if (journal.Execution is not { } execution || execution.Id != signal.Execution || LateReport.Read(signal.Body) is not { } late
            || journal.State.FindCall(late.Path, late.Activation, late.CallId) is not { IsOpen: true } call || call.Attempt != late.Attempt)
        {
            return;
        }

        var asked = execution.Interrupts.FindLast(interrupt =>
            interrupt.Path == late.Path && interrupt.Activation == late.Activation && interrupt.Attempt == late.Attempt
            && interrupt is { IsAnswered: false, Interrupt: { Reason: InterruptReasons.ToolOutcomeUnknown, CallId: { } about } } && about == call.Id);
        var question = asked is null ? null
            : Decisions.OutcomeUnknown(call, late.Report, mayRetry: !execution.IsClosing(late.Path, late.Activation)) with { Id = asked.Interrupt.Id };
        journal.Write(new CallReported { CallId = call.Id, Tool = call.Tool, Report = late.Report, Interrupt = question }, late.Path, late.Activation, late.Attempt);
    }

    /// <summary>What was cancelled in the queue, and is not stored, may be cancelled again.</summary>
    public void Forget() => _cancelledInQueue.Clear();
}
