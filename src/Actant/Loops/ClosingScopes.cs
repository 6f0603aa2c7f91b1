using Actant.Journaling;
using Actant.Steps;

namespace Actant.Loops;

/// <summary>
/// Scopes and runs of nodes that end and have unsafe calls in flight.
/// </summary>
/// <remarks>
/// A scope that fails while an unsafe call is in flight closes in two steps: everything else of it stops and the call is told to; then
/// its result is recorded, or a person is asked, and only then does the scope end. Otherwise nobody would know of the call, and the next
/// try would make it again.
/// </remarks>
internal sealed class ClosingScopes(LeasedThread thread, LoopJournal journal, PendingCommit pending, OpenScopes scopes, RunningSteps steps, LoopClock clock, StepEntries entries)
{
    private static readonly Failure s_noFailure = new() { Code = "", Message = "" };

    /// <summary>Stops what is left of a scope or of a run of a node. <c>true</c> if it ends later, when its unsafe calls are known.</summary>
    public bool Begin(string path, string? activation, Failure failure)
    {
        var closing = new ClosingScope(path, activation, failure);
        if (journal.Execution!.Closings?.Exists(known => known.Encloses(closing) || (known.Path == path && known.Activation == activation)) == true)
        {
            return true;
        }

        StopInside(closing);
        if (!HasOpenCalls(closing))
        {
            return false;
        }

        journal.Write(new ScopeClosing { Failure = failure }, path, activation);
        pending.RequireStored();
        clock.ClosingUntil = thread.Now + thread.Services.Options.AbortGrace;
        scopes.EnqueueAll(closing.Contains);
        clock.Set();
        return true;
    }

    /// <summary>Whether an unsafe call in a scope was begun of which nobody knows how it ended.</summary>
    public bool HasOpenCalls(string path) => HasOpenCalls(new ClosingScope(path, null, s_noFailure));

    /// <summary>What was closing and whose unsafe calls are known now, the outermost first; <c>null</c> if there is none.</summary>
    public ClosingScope? FindOver() => journal.Execution?.Closings is not { Count: > 0 } closings ? null
        : closings.Find(closing => !closings.Exists(other => other.Encloses(closing)) && IsOver(closing));

    /// <summary>Unsafe calls that did not end within the grace count as unknown: a person is asked.</summary>
    public void GiveUp()
    {
        if (clock.ClosingUntil is not { } until || until > thread.Now)
        {
            return;
        }

        clock.ClosingUntil = null;
        foreach (var step in steps.GiveUp(step => journal.IsClosing(step.Run.Path, step.Activation.Name)))
        {
            scopes.Enqueue(step.Run, step.Activation);
        }
    }

    private bool IsOver(ClosingScope closing) =>
        !HasOpenCalls(closing) && !steps.IsAny(step => IsIn(step, closing)) && scopes.TryGet(closing.Path, out var run)
        && (closing.Activation is not { } name || run.Planner.Running.Any(running => running.Name == name));

    private bool HasOpenCalls(ClosingScope closing) => journal.State.Scopes.Any(scope => scope.Value.Activations.Any(activation =>
        closing.Contains(scope.Key, activation.Key) && activation.Value.Calls.Exists(static call => call is { IsOpen: true, Class: ToolClass.Unsafe })));

    /// <summary>Everything stops; of unsafe calls that run, the end is waited for.</summary>
    private void StopInside(ClosingScope closing)
    {
        steps.RequestStop(step => IsIn(step, closing) && IsUnsafeCall(step));
        steps.Stop(step => IsIn(step, closing) && !IsUnsafeCall(step));
        steps.Planned.RemoveAll(step => IsIn(step, closing));
        foreach (var step in steps.Admitted.Where(step => IsIn(step, closing)))
        {
            entries.SettleNotBegun(step);
        }

        steps.Admitted.RemoveAll(step => IsIn(step, closing));
        clock.ForgetWaits(closing);
    }

    private static bool IsIn(RunningStep step, ClosingScope closing) => closing.Contains(step.Run.Path, step.Activation.Name);

    private static bool IsUnsafeCall(RunningStep step) => step is ToolStep { Tool.Class: ToolClass.Unsafe };
}
