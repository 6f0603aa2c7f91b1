using Actant.Graphs;
using Actant.Journaling;
using Actant.Nodes;
using Actant.Steps;

namespace Actant.Loops;

/// <remarks>
/// A scope that fails while an unsafe call is in flight closes in two steps: everything else of it stops and the call is told to; then
/// its result is recorded, or a person is asked, and only then does the scope end. Otherwise nobody would know of the call, and the next
/// try would make it again.
/// </remarks>
internal sealed partial class ExecutionLoop
{
    private DateTimeOffset? _closingUntil;

    private bool IsClosing(string path, string activation) =>
        _state.Execution?.Closings is { } closings && closings.Exists(closing => closing.Contains(path, activation));

    /// <summary>The execution fails by its definition or its tenant's limits, not by one of its nodes.</summary>
    private void FailExecution(Failure failure) => Leave(_runs[""], ScopeResult.Failed(failure));

    /// <summary>Stops what is left of a scope or of a run of a node. <c>true</c> if it ends later, when its unsafe calls are known.</summary>
    private bool BeginClosing(string path, string? activation, Failure failure)
    {
        var closing = new ClosingScope(path, activation, failure);
        if (_state.Execution!.Closings?.Exists(known => known.Encloses(closing) || (known.Path == path && known.Activation == activation)) == true)
        {
            return true;
        }

        StopInside(closing);
        if (!HasOpenCalls(closing))
        {
            return false;
        }

        Write(new ScopeClosing { Failure = failure }, path, activation);
        _mustCommit = _mustWait = true;
        _closingUntil = Now + _services.Options.AbortGrace;
        foreach (var run in _runs.Values)
        {
            foreach (var running in run.Planner.Running.Where(running => closing.Contains(run.Path, running.Name)))
            {
                _work.Enqueue((run, running));
            }
        }

        SetTimer();
        return true;
    }

    /// <summary>Whether an unsafe call in it was begun of which nobody knows how it ended.</summary>
    private bool HasOpenCalls(ClosingScope closing) => _state.Scopes.Any(scope => scope.Value.Activations.Any(activation =>
        closing.Contains(scope.Key, activation.Key) && activation.Value.Calls.Exists(static call => call is { IsOpen: true, Class: ToolClass.Unsafe })));

    /// <summary>Everything stops; of unsafe calls that run, the end is waited for.</summary>
    private void StopInside(ClosingScope closing)
    {
        foreach (var running in _running.Values.Where(running => IsIn(running.Step, closing) && IsUnsafeCall(running.Step)))
        {
            _ = running.Stop.CancelAsync();
        }

        StopSteps(step => IsIn(step, closing) && !IsUnsafeCall(step));
        _planned.RemoveAll(step => IsIn(step, closing));
        foreach (var step in _admitted.Where(step => IsIn(step, closing)))
        {
            SettleNotBegun(step);
        }

        _admitted.RemoveAll(step => IsIn(step, closing));
        foreach (var key in _waits.Keys.Where(key => closing.Contains(key.Path, key.Activation)).ToList())
        {
            _waits.Remove(key);
        }
    }

    private static bool IsIn(RunningStep step, ClosingScope closing) => closing.Contains(step.Run.Path, step.Activation.Name);

    private static bool IsUnsafeCall(RunningStep step) => step is ToolStep { Tool.Class: ToolClass.Unsafe };

    /// <summary>Of an activation that is closing only its unsafe calls are of interest.</summary>
    private void LookClosing(ScopeRun run, Activation activation)
    {
        switch (run.Program[activation.Node].Next(View(run, activation)))
        {
            case Move.Call call:
                foreach (var planned in call.Calls.Where(static state => !state.IsFinished).Select(call.Plan).ToList())
                {
                    if (planned.Nested is { } nested)
                    {
                        EnterClosing(run, activation, nested);
                    }
                    else if (planned is { Call: { IsOpen: true, Class: ToolClass.Unsafe }, Tool: { } tool }
                        && !IsUnderWay(new StepKey(run.Path, activation.Name, planned.Call.Id)))
                    {
                        ResolveUnknown(run, activation, planned.Call, tool);
                    }
                }

                break;
            case Move.Enter enter:
                EnterClosing(run, activation, enter.Scope);
                break;
        }
    }

    private void EnterClosing(ScopeRun run, Activation activation, NestedScope nested)
    {
        if (HasBegun(nested) && HasOpenCalls(new ClosingScope(nested.Path, null, NoFailure)))
        {
            Enter(run, activation, nested);
        }
    }

    private static Failure NoFailure { get; } = new() { Code = "", Message = "" };

    /// <summary>Ends what was closing and whose unsafe calls are known now, the outermost first. <c>false</c> if there is none.</summary>
    private bool EndClosings()
    {
        if (_ending is not null || _state.Execution?.Closings is not { Count: > 0 } closings)
        {
            return false;
        }

        foreach (var closing in closings.Where(closing => !closings.Exists(other => other.Encloses(closing))))
        {
            if (HasOpenCalls(closing) || _running.Values.Any(running => IsIn(running.Step, closing)) || !_runs.TryGetValue(closing.Path, out var run))
            {
                continue;
            }

            if (closing.Activation is not { } name)
            {
                LeaveNow(run, ScopeResult.Failed(closing.Failure));
                return true;
            }

            if (run.Planner.Running.FirstOrDefault(running => running.Name == name) is { } activation)
            {
                Close(ScopePath.OfNode(run.Path, name));
                End(run, activation, NodeOutcome.Failed(closing.Failure));
                return true;
            }
        }

        return false;
    }

    /// <summary>Unsafe calls that did not end within the grace count as unknown: a person is asked.</summary>
    private void GiveUpClosing()
    {
        if (_closingUntil is not { } until || until > Now)
        {
            return;
        }

        _closingUntil = null;
        foreach (var (key, running) in _running.Where(running => IsClosing(running.Value.Step.Run.Path, running.Value.Step.Activation.Name)).ToList())
        {
            _running.Remove(key);
            _work.Enqueue((running.Step.Run, running.Step.Activation));
        }
    }
}
