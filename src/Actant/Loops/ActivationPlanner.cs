using Actant.Graphs;
using Actant.Journaling;
using Actant.Nodes;

namespace Actant.Loops;

/// <summary>
/// Decides what follows, for one activation after the other until none is left that something happened to. Those without effect finish at once; of the
/// others steps are planned.
/// </summary>
internal sealed class ActivationPlanner(
    LeasedThread thread, LoopCourse course, LoopJournal journal, OpenScopes scopes, LoopClock clock, ScopeTree tree, StepEntries entries, StepPlans plans, CallPlanner calls, ChildExecutions children)
{
    /// <summary>Decides for activations until none is left that something happened to, or so much is decided that it must be stored.</summary>
    public void Plan()
    {
        while (!journal.IsFull && course.Ending is null && !course.IsHalting && journal.Execution is not null)
        {
            if (!scopes.TryDequeue(out var item))
            {
                if (!tree.FinishClosings())
                {
                    return;
                }
            }
            else if (scopes.IsRunning(item.Run, item.Activation))
            {
                Decide(item.Run, item.Activation);
            }
        }
    }

    private void Decide(ScopeRun run, Activation activation)
    {
        if (journal.IsClosing(run.Path, activation.Name))
        {
            DecideClosing(run, activation);
            return;
        }

        if (ExecutionLimits.OverSteps(journal.Execution!, thread.Program!.Definition.Limits, thread.Tier, ScopePath.OfNode(run.Path, activation.Name)) is { } failure)
        {
            tree.Fail(failure);
            return;
        }

        var view = tree.View(run, activation);
        if (clock.IsOver(run, activation))
        {
            tree.Fail(run, activation, TimedOut(activation, view));
            return;
        }

        var move = run.Program[activation.Node].Next(view);
        if (move is not Move.Finish)
        {
            clock.Start(run, activation, view);
        }

        switch (move)
        {
            case Move.Finish finish:
                tree.Finish(run, activation, finish.Outcome);
                break;
            case Move.CallModel model:
                PlanModel(run, activation, view, model.Request);
                break;
            case Move.CallTools tools:
                calls.Plan(run, activation, view, tools);
                break;
            case Move.Enter enter:
                tree.Enter(run, activation, enter.Scope);
                break;
            case Move.Start start:
                children.Start(run, activation, view, start);
                break;
            case Move.Sleep sleep:
                clock.Sleep(run, activation, view, sleep.Until);
                break;
            case Move.Interrupt interrupt:
                entries.Ask(run.Path, activation.Name, interrupt.Question);
                break;
        }
    }

    /// <summary>Of an activation that is closing only its unsafe calls are of interest.</summary>
    private void DecideClosing(ScopeRun run, Activation activation)
    {
        var view = tree.View(run, activation);
        switch (run.Program[activation.Node].Next(view))
        {
            case Move.CallTools tools:
                calls.PlanClosing(run, activation, view, tools);
                break;
            case Move.Enter enter:
                calls.EnterClosing(run, activation, enter.Scope);
                break;
        }
    }

    private void PlanModel(ScopeRun run, Activation activation, ActivationView view, ModelRequest request)
    {
        if (!plans.MayCallModel(run, activation, view))
        {
            return;
        }

        if (ExecutionLimits.OverTokens(journal.Execution!, thread.Tier, ScopePath.OfNode(run.Path, activation.Name)) is { } failure)
        {
            // It ends the execution: no error strategy leads around it.
            tree.Fail(failure);
            return;
        }

        plans.CallModel(run, activation, view, request);
    }

    private static Failure TimedOut(Activation activation, ActivationView view) => view.Failure(
        "node_timed_out", $"`{activation}` did not end within {activation.Node.Definition.Timeout!.Value.TotalSeconds:0.###} s. Raise its `timeout_ms`, or let `on_error` say what follows.");
}
