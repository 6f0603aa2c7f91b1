using System.Text.Json;
using Actant.Definitions;
using Actant.Graphs;
using Actant.Journaling;
using Actant.Nodes;
using Actant.Steps;
using Actant.Tools;

namespace Actant.Loops;

/// <summary>Plans steps: what is called, on whose behalf, and under which names that hold over all attempts and owners.</summary>
internal sealed class StepPlans(LeasedThread thread, LoopJournal journal, RunningSteps steps, LoopClock clock, CallFilters filters)
{
    private ExecutionState Execution => journal.Execution!;

    /// <summary>On whose behalf the steps of an activation are made.</summary>
    public static ToolContext Context(ThreadKey thread, ExecutionState execution, ScopeRun run, Activation activation) =>
        new(thread, execution.Id, execution.Agent, ScopePath.OfNode(run.Path, activation.Name))
        {
            AgentVersion = execution.Definition,
            Security = execution.Security,
            Principal = execution.Principal,
        };

    /// <summary>Whether the model of an activation is to be called now: no call of it is under way, and no wait is left.</summary>
    public bool MayCallModel(ScopeRun run, Activation activation, ActivationView view)
    {
        var key = new StepKey(run.Path, activation.Name, null);
        return !steps.IsUnderWay(key) && !clock.MustWait(key, view.State.RetryAt, run, activation);
    }

    /// <summary>Whether a call of an activation is planned, or further.</summary>
    public bool IsUnderWay(ScopeRun run, Activation activation, CallState call) => steps.IsUnderWay(new StepKey(run.Path, activation.Name, call.Id));

    /// <summary>Whether a wait is left until the next attempt of a call.</summary>
    public bool MustWait(ScopeRun run, Activation activation, CallState call) =>
        clock.MustWait(new StepKey(run.Path, activation.Name, call.Id), call.RetryAt, run, activation);

    /// <summary>A model is called when it has a slot.</summary>
    public void CallModel(ScopeRun run, Activation activation, ActivationView view, ModelRequest request) => steps.Planned.Enqueue(new ModelStep
    {
        Run = run,
        Activation = activation,
        Attempt = 1 + view.State.FailedAttempts,
        Context = Context(thread.Key, Execution, run, activation),
        Request = request,
        MessageId = CallIds.OfAnswer(Execution.Id, ScopePath.OfNode(run.Path, activation.Name), view.State.Turns),
        Turn = view.State.Turns,
        Epoch = thread.Lease.Epoch,

        // What is stored only at the end is shown before it is stored.
        After = thread.Program?.Definition.Durability == Durability.Exit ? 0 : view.Position,
    });

    /// <summary>A tool is called when it has a slot.</summary>
    public void CallTool(ScopeRun run, Activation activation, ActivationView view, CallState call, BoundTool tool, JsonElement arguments) => steps.Planned.Enqueue(new ToolStep
    {
        Run = run,
        Activation = activation,
        Attempt = 1 + Math.Max(call.Attempt, call.SettledAttempt),
        Context = Context(thread.Key, Execution, run, activation),
        Call = call,
        Tool = tool,
        Arguments = arguments,
        IsChanged = filters.HasChanged(run, activation, call, arguments),
        IdempotencyKey = call.IdempotencyKey ?? NewKey(run, activation, view.State.Turns, call, tool, arguments),
        Deadline = thread.Now + tool.Limits.Timeout,
    });

    private string NewKey(ScopeRun run, Activation activation, int turn, CallState call, BoundTool tool, JsonElement arguments) => Execution.Behaviour < EngineBehaviour.OwnCallIds
        ? CallIds.KeyBefore(Execution.Id, run.Path, activation.Name, call.Id, turn)
        : CallIds.KeyOf(Execution.Id, call.Id, tool.Class == ToolClass.Pure ? default : arguments);
}
