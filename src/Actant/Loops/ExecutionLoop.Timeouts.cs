using Actant.Graphs;
using Actant.Journaling;
using Actant.Nodes;
using Actant.Steps;

namespace Actant.Loops;

internal sealed partial class ExecutionLoop
{
    /// <summary>Activations with a time-out that were looked at here.</summary>
    private readonly HashSet<(ScopeRun Run, Activation Activation)> _timed = [];

    /// <summary>An activation with a time-out goes on: from now on its deadline is stored, whoever holds the thread.</summary>
    private void StartClock(ScopeRun run, Activation activation, ActivationView view)
    {
        if (activation.Node.Definition.Timeout is not { } timeout)
        {
            return;
        }

        if (view.State.Deadline is null)
        {
            // What began under an earlier release has no such entry: its time began with its first one.
            Write(new NodeStarted { Deadline = (view.State.Since ?? Now) + timeout }, run.Path, activation.Name);
            _mustCommit = true;
        }

        if (_timed.Add((run, activation)))
        {
            SetTimer();
        }
    }

    /// <summary>When an activation must have ended; <c>null</c> without a time-out, while people alone are waited for in it, and once it is closing.</summary>
    private DateTimeOffset? DueOf(ScopeRun run, Activation activation)
    {
        if (_state.FindActivation(run.Path, activation.Name) is not { Deadline: { } deadline } state || IsClosing(run.Path, activation.Name))
        {
            return null;
        }

        return state.WaitingSince is null || _running.Values.Any(running => IsInside(running.Step, run, activation)) ? deadline + state.Waited : null;
    }

    private static bool IsInside(RunningStep step, ScopeRun run, Activation activation) =>
        step.Run == run ? step.Activation.Equals(activation)
        : step.Run.Path.Length > 0 && ScopePath.IsAtOrBelow(step.Run.Path, ScopePath.OfNode(run.Path, activation.Name));

    private IEnumerable<DateTimeOffset?> NodeDeadlines => _timed.Select(timed => DueOf(timed.Run, timed.Activation));

    /// <summary>Ends an activation whose node's time-out has passed.</summary>
    private bool IsOutOfTime(ScopeRun run, Activation activation, ActivationView view)
    {
        if (DueOf(run, activation) is not { } due || due > Now)
        {
            return false;
        }

        var failure = view.Failure(
            "node_timed_out", $"`{activation}` did not end within {activation.Node.Definition.Timeout!.Value.TotalSeconds:0.###} s. Raise its `timeout_ms`, or let `on_error` say what follows.");
        if (!BeginClosing(run.Path, activation.Name, failure))
        {
            Close(ScopePath.OfNode(run.Path, activation.Name));
            End(run, activation, NodeOutcome.Failed(failure));
        }

        return true;
    }

    /// <summary>Looks at every activation whose time-out has passed.</summary>
    private void LookAtClocks()
    {
        _timed.RemoveWhere(timed => _runs.GetValueOrDefault(timed.Run.Path) != timed.Run || !timed.Run.Planner.IsRunning(timed.Activation));
        foreach (var timed in _timed.Where(timed => DueOf(timed.Run, timed.Activation) <= Now))
        {
            _work.Enqueue(timed);
        }
    }
}
