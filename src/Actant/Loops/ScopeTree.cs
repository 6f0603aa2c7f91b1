using System.Text.Json;
using Actant.Graphs;
using Actant.Journaling;
using Actant.Nodes;
using Actant.Tools;

namespace Actant.Loops;

/// <summary>Opens scopes inside scopes, finishes activations and leaves scopes, and lets whoever waited for them go on.</summary>
internal sealed class ScopeTree(LeasedThread thread, LoopCourse course, LoopJournal journal, OpenScopes scopes, ClosingScopes closings, CallFilters filters, StepEntries entries)
{
    /// <summary>The code of what is nested too deep.</summary>
    public const string DepthLimit = "depth_limit";

    /// <summary>Why something is nested too deep.</summary>
    public string TooDeep =>
        $"Agents and graphs are nested deeper than {ExecutionLimits.WhichDepth(thread.Limits, thread.Tier)} ({ExecutionLimits.Depth(thread.Limits, thread.Tier)}) allows.";

    /// <summary>Whether a scope of this path would be nested too deep, the scopes around a child counted.</summary>
    public bool IsTooDeep(string path) => DepthOf(path) + (journal.Execution!.Node is { } node ? DepthOf(node) + 1 : 0) >= ExecutionLimits.Depth(thread.Limits, thread.Tier);

    private int MaxStateBytes => ExecutionLimits.StateBytes(thread.Limits, thread.Tier);

    /// <summary>Opens the execution's own scope, or goes on with it where the journal ends.</summary>
    public void OpenRoot()
    {
        var (run, running) = ScopeRun.Open("", thread.Program!.Root, journal.State.Root);
        scopes.Open(run, running);
        if (run.Planner.IsOver)
        {
            // A fork or a rewind may go on between the last node and the end.
            LeaveOver(run);
        }
    }

    /// <summary>What an activation sees.</summary>
    public ActivationView View(ScopeRun run, Activation activation) => new(journal.State, run.Path, activation.Name, run.Program.ReadsMessages)
    {
        Now = thread.Now,
        Tier = thread.Tier,
        MaxStateBytes = MaxStateBytes,
    };

    /// <summary>Whether a scope has begun: then its input is recorded, and is not made again.</summary>
    public bool HasBegun(NestedScope nested) => journal.State.Scopes.TryGetValue(nested.Path, out var scope) && scope.HasInput;

    /// <summary>Opens a scope inside an activation, or goes on with it where the journal ends.</summary>
    /// <param name="run">The scope around it.</param>
    /// <param name="activation">The activation.</param>
    /// <param name="scope">The scope.</param>
    /// <param name="arguments">Those of the call that it answers, where it has not begun.</param>
    public void Enter(ScopeRun run, Activation activation, NestedScope scope, JsonElement arguments = default)
    {
        if (scopes.TryGet(scope.Path, out var open))
        {
            if (scope.CallId is not null && open.Planner.IsOver)
            {
                // Its answer was on its way through the filters.
                LeaveOver(open);
            }

            return;
        }

        if (IsTooDeep(scope.Path))
        {
            LeaveWith(run, activation, scope.CallId, new Failure { Code = DepthLimit, Message = TooDeep, Where = scope.Path });
            return;
        }

        if (!HasBegun(scope))
        {
            journal.Write(scope.Input(arguments), scope.Path);
        }

        var (nested, running) = ScopeRun.Open(scope.Path, scope.Graph, journal.State.Scope(scope.Path), run, activation, scope.CallId);
        scopes.Open(nested, running);
        if (nested.Planner.IsOver)
        {
            LeaveOver(nested);
        }
    }

    /// <summary>An activation finishes: its edges are settled, and what follows is queued.</summary>
    public void Finish(ScopeRun run, Activation activation, NodeOutcome outcome)
    {
        var scope = journal.State.Scope(run.Path);
        var settlement = run.Program.Settle(activation.Node, scope, outcome, ScopePath.OfNode(run.Path, activation.Name));
        if (settlement.Fails)
        {
            Leave(run, ScopeResult.Failed(settlement.Failure!));
            return;
        }

        journal.Write(
            new NodeFinished
            {
                Live = settlement.Live.Count > 0 ? settlement.Live : null,
                Operations = settlement.Operations.Count > 0 ? settlement.Operations : null,
                Failure = settlement.Failure,
                FellBack = settlement.FellBack,
            },
            run.Path,
            activation.Name);
        if (scope.Bytes > MaxStateBytes)
        {
            Fail(new Failure
            {
                Code = "state_too_large",
                Message = $"The state holds more than {ExecutionLimits.WhichStateBytes(thread.Limits, thread.Tier)} ({MaxStateBytes}) bytes.",
                Where = ScopePath.OfNode(run.Path, activation.Name),
            });
            return;
        }

        foreach (var next in run.Planner.Finish(activation, settlement.Live, !settlement.FellBack))
        {
            scopes.Enqueue(run, next);
        }

        if (run.Planner.IsOver)
        {
            LeaveOver(run);
        }
    }

    /// <summary>An activation fails with all that is inside it: at once, or when its unsafe calls are known.</summary>
    public void Fail(ScopeRun run, Activation activation, Failure failure)
    {
        if (!closings.Begin(run.Path, activation.Name, failure))
        {
            FailNow(run, activation, failure);
        }
    }

    /// <summary>The execution fails by its definition or its tenant's limits, not by one of its nodes.</summary>
    public void Fail(Failure failure) => Leave(scopes.Root, ScopeResult.Failed(failure));

    /// <summary>Finishes what was closing and whose unsafe calls are known now, the outermost first. <c>false</c> if there is none.</summary>
    public bool FinishClosings()
    {
        if (course.Ending is not null || closings.FindOver() is not { } closing || !scopes.TryGet(closing.Path, out var run))
        {
            return false;
        }

        if (closing.Activation is { } name)
        {
            FailNow(run, run.Planner.Running.First(running => running.Name == name), closing.Failure);
        }
        else
        {
            LeaveNow(run, ScopeResult.Failed(closing.Failure));
        }

        return true;
    }

    private void FailNow(ScopeRun run, Activation activation, Failure failure)
    {
        scopes.Close(ScopePath.OfNode(run.Path, activation.Name));
        Finish(run, activation, NodeOutcome.Failed(failure));
    }

    private void LeaveOver(ScopeRun run)
    {
        if (run.Planner.Failure is { } failure)
        {
            Leave(run, ScopeResult.Failed(failure));
        }
        else if (!run.Planner.HasOutput)
        {
            Leave(run, ScopeResult.Failed(new Failure
            {
                Code = "graph_stalled",
                Message = "Nothing can start any more, and no output node has run: no edge that was taken leads to one. Check the conditions.",
                Where = run.Path,
            }));
        }
        else
        {
            Leave(run, ScopeResult.Of(run.Program, journal.State.Scope(run.Path), journal.Execution!.StartPosition));
        }
    }

    /// <summary>A scope is over: what is left of it stops, and whoever waits for it goes on.</summary>
    private void Leave(ScopeRun run, ScopeResult result)
    {
        if (result.Failure is not { } failure || !closings.Begin(run.Path, null, failure))
        {
            LeaveNow(run, result);
        }
    }

    private void LeaveNow(ScopeRun run, ScopeResult result)
    {
        if (run.Parent is not { } parent)
        {
            var given = thread.Program!.Child?.Give(journal.State.Root, result, MaxStateBytes) ?? result;
            course.Ending ??= given.Failure is { } failure ? Ending.Failed(failure) : Ending.Completed(given);
            return;
        }

        if (run.CallId is { } callId)
        {
            LeaveCall(run, parent, callId, result);
        }
        else
        {
            var inside = journal.State.Scope(run.Path);
            scopes.Close(run.Path);
            var view = View(parent, run.Caller!);
            Finish(parent, run.Caller!, ((GraphNodeProgram)parent.Program[run.Caller!.Node]).Leave(view, inside, result));
        }
    }

    /// <summary>The scope of another agent is over: its answer passes its filters, and whoever called it goes on.</summary>
    private void LeaveCall(ScopeRun run, ScopeRun parent, string callId, ScopeResult result) => filters.PassResult(parent, run.Caller!, callId, result, passed =>
    {
        var took = thread.Now - (journal.State.Scope(run.Path).EnteredAt ?? thread.Now);
        scopes.Close(run.Path);
        entries.Finish(parent, run.Caller!, callId, ToolResultOf(passed), durationMs: Math.Max(0, (long)took.TotalMilliseconds));
    });

    private static ToolResult ToolResultOf(ScopeResult result) => result switch
    {
        { Failure: { } failure } => ToolResult.Failed(failure),
        { HasOutput: true } => ToolResult.Succeeded(result.Output),
        _ => ToolResult.Failed(ToolErrors.NoOutput, "It ended and gave no answer: its last node failed and its graph went on, or it says and writes nothing."),
    };

    private static int DepthOf(string path) => path.Count(static character => character == '/');

    private void LeaveWith(ScopeRun run, Activation activation, string? callId, Failure failure)
    {
        if (callId is not null)
        {
            entries.Finish(run, activation, callId, ToolResult.Failed(failure));
        }
        else
        {
            Finish(run, activation, NodeOutcome.Failed(failure));
        }
    }
}
