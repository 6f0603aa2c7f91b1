using Actant.Egress;
using Actant.Events;
using Actant.Journaling;
using Actant.Steps;

namespace Actant.Loops;

/// <summary>
/// Gives planned steps their slots, puts on record what must be known to have begun, and starts them beside the loop while the session has
/// time enough left.
/// </summary>
internal sealed class StepStarter(
    LeasedThread thread, LoopCourse course, LoopJournal journal, PendingCommit pending, OpenScopes scopes, RunningSteps steps, LoopClock clock, FilterSteps filters, LoopMailbox mailbox, Func<bool> mayStart)
{
    private readonly HashSet<string> _begun = new(StringComparer.Ordinal);

    /// <summary>
    /// Whether a former owner may have shown answers that it did not store, and cannot say so any more. Which ones, the journal does
    /// not know: each that begins here for the first time may be one.
    /// </summary>
    public bool IsTakenOver { get; set; }

    private LoopServices Services => thread.Services;

    /// <summary>Gives planned steps their slots. A call that must be known to have begun gets its entry now, and waits for the commit.</summary>
    public void Admit()
    {
        while (!course.IsHalting && steps.Slots < Services.Options.MaxParallelSteps && steps.Planned.TryDequeue(out var step))
        {
            if (!scopes.IsRunning(step.Run, step.Activation))
            {
                continue;
            }

            if (step is FilterStep filter)
            {
                filters.Pass(filter);
                continue;
            }

            steps.Admitted.Add(step is ToolStep call ? Admit(call) : step);
        }
    }

    /// <summary>Starts what has its slot, and is made of what is stored.</summary>
    public void Start()
    {
        // In the last fifth of its session a process starts nothing: what it began might end after somebody else took over.
        clock.IsHeldBack = steps.Admitted.Count > 0 && !mayStart();
        if (clock.IsHeldBack)
        {
            clock.Set();
            return;
        }

        var deadline = clock.Deadline ?? DateTimeOffset.MaxValue;
        foreach (var step in steps.Admitted)
        {
            if (!scopes.IsRunning(step.Run, step.Activation))
            {
                continue;
            }

            var stop = steps.Begin(step);
            if (step is ModelStep { MessageId: var answer } model && IsTakenOver && _begun.Add(answer))
            {
                thread.Live.BeginAgain(model.Delta(0, ""));
            }

            if (step is ToolStep call)
            {
                Announce(call);
            }

            _ = RunAsync(step, deadline, stop);
        }

        steps.Admitted.Clear();
        if (journal.Execution?.WaitingSince is not null)
        {
            // While something runs beside an open question, the deadline counts.
            clock.Set();
        }
    }

    private void Announce(ToolStep step)
    {
        if (Services.Hub.IsObserved && journal.Execution is { } execution)
        {
            thread.Live.Starts(new ToolStart
            {
                Execution = execution.Id,
                Path = step.Run.Path,
                Activation = step.Activation.Name,
                CallId = step.Call.Id,
                Tool = step.Call.Tool,
                Arguments = step.Arguments,
                Attempt = step.Attempt,
            });
        }
    }

    private ToolStep Admit(ToolStep step)
    {
        // Its time begins with its slot, not with its place in the queue. What a crash cut off begins anew: it has failed at nothing.
        var call = step with { Deadline = thread.Now + step.Tool.Limits.Timeout };
        if (!NeedsStart(call))
        {
            return call;
        }

        journal.Write(
            new ToolStarted
            {
                CallId = call.Call.Id,
                Tool = call.Call.Tool,
                Version = call.Tool.Version,
                Class = call.Tool.Class,
                Arguments = call.Arguments,
                IdempotencyKey = call.IdempotencyKey,
                Deadline = call.Deadline,
            },
            call.Run.Path,
            call.Activation.Name,
            call.Attempt);
        if (call.Tool.Class == ToolClass.Unsafe || call.Attempt > 1 || call.IsChanged)
        {
            pending.RequireStored();
        }

        return call;
    }

    /// <summary>
    /// A pure call that a model demanded is made of what is stored already; every other one is known to have begun, and with which
    /// arguments.
    /// </summary>
    private bool NeedsStart(ToolStep step) =>
        step.Tool.Class != ToolClass.Pure || step.Attempt > 1 || step.IsChanged || step.Tool.RequiresApproval
        || journal.State.FindActivation(step.Run.Path, step.Activation.Name)?.Answer is null;

    private Task<StepOutcome> CarryOutAsync(RunningStep step, CancellationToken cancellationToken) => step switch
    {
        ModelStep model => Services.Runner.CallModelAsync(model, thread.Live, cancellationToken),
        ToolStep tool => Services.Runner.CallToolAsync(tool, Services.Late.HandIn, cancellationToken),
        _ => throw new InvalidOperationException($"A step of type {step.GetType()} cannot be run."),
    };

    private static SpentAttempt? SpentBy(StepOutcome outcome) => outcome switch
    {
        StepOutcome.Answered answered => answered.Spent,
        StepOutcome.Failed failed => failed.Spent,
        StepOutcome.Aborted aborted => aborted.Spent,
        _ => null,
    };

    private async Task RunAsync(RunningStep step, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        // Off the loop's stack: a step that ends at once must find the loop ready to hear of it.
        await Task.Yield();
        var began = Services.Time.GetTimestamp();
        StepOutcome outcome;
        using var span = StepSpan.Start(step);

        // Asked again right before a request's bytes leave: what a call waits for may take longer than the session lives.
        var permit = SendPermit.Current = new SendPermit(MayRun);
        try
        {
            // The process may have been held up since this was decided, and somebody else may have the thread by now.
            outcome = MayRun() ? await CarryOutAsync(step, cancellationToken) : new StepOutcome.NotBegun(step);
        }
        catch (Exception exception)
        {
            outcome = cancellationToken.IsCancellationRequested
                ? new StepOutcome.Aborted(step)
                : new StepOutcome.Failed(step, new Failure { Code = "step_failed", Message = exception.Message });
        }

        if (permit.KeptAllBack && outcome is not StepOutcome.Aborted)
        {
            outcome = new StepOutcome.NotBegun(step);
        }

        span?.End(outcome, Services.Options.TraceContent);
        Services.Meter.Attempted(outcome, Services.Time.GetElapsedTime(began));
        if (step is ModelStep call && SpentBy(outcome) is { RefusedCounts: { } refused } spent)
        {
            Services.Meter.Miscounted(spent.ModelSource, call.Request.Model.ModelName);
            LoopLog.Miscounted(Services.Log, spent.Model, spent.ModelSource, refused, journal.Execution?.Id);
        }

        if (!mailbox.TryPost(new LoopMessage.StepEnded(outcome)))
        {
            Services.Late.HandIn(outcome);
        }

        bool MayRun() => !cancellationToken.IsCancellationRequested && mayStart() && thread.Now < deadline;
    }
}
