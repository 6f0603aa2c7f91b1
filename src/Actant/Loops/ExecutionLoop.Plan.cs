using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Actant.Graphs;
using Actant.Journaling;
using Actant.Nodes;
using Actant.Steps;

namespace Actant.Loops;

internal sealed partial class ExecutionLoop
{
    /// <summary>Looks at activations until none is left that something happened to.</summary>
    private void Plan()
    {
        while (!IsFull && _ending is null && !_isStopping && !_isDraining && _state.Execution is not null)
        {
            if (!_work.TryDequeue(out var item))
            {
                if (!EndClosings())
                {
                    return;
                }
            }
            else if (_runs.GetValueOrDefault(item.Run.Path) == item.Run && item.Run.Planner.IsRunning(item.Activation))
            {
                Look(item.Run, item.Activation);
            }
        }
    }

    private void Look(ScopeRun run, Activation activation)
    {
        if (IsClosing(run.Path, activation.Name))
        {
            LookClosing(run, activation);
            return;
        }

        if (OverSteps(ScopePath.OfNode(run.Path, activation.Name)) is { } failure)
        {
            FailExecution(failure);
            return;
        }

        var view = View(run, activation);
        if (IsOutOfTime(run, activation, view))
        {
            return;
        }

        var move = run.Program[activation.Node].Next(view);
        if (move is not Move.End)
        {
            StartClock(run, activation, view);
        }

        switch (move)
        {
            case Move.End end:
                End(run, activation, end.Outcome);
                break;
            case Move.Ask ask:
                PlanModel(run, activation, view, ask.Question);
                break;
            case Move.Call call:
                PlanCalls(run, activation, view, call);
                break;
            case Move.Enter enter:
                Enter(run, activation, enter.Scope);
                break;
            case Move.Interrupt interrupt:
                Ask(run.Path, activation.Name, interrupt.Question);
                break;
        }
    }

    /// <summary>Forgets the scopes at and below a path.</summary>
    private void Close(string path)
    {
        foreach (var inner in _runs.Keys.Where(inner => inner.Length > 0 && ScopePath.IsAtOrBelow(inner, path)).ToList())
        {
            _runs.Remove(inner);
        }
    }

    private ActivationView View(ScopeRun run, Activation activation) => new(_state, run.Path, activation.Name, run.Program.ReadsMessages) { Tier = Tier, MaxStateBytes = _program!.Definition.Limits.MaxStateBytes };

    private void PlanModel(ScopeRun run, Activation activation, ActivationView view, ModelQuestion question)
    {
        var key = new StepKey(run.Path, activation.Name, null);
        if (IsUnderWay(key) || MustWait(key, view.State.RetryAt, run, activation))
        {
            return;
        }

        if (OverTokens(ScopePath.OfNode(run.Path, activation.Name)) is { } failure)
        {
            // It ends the execution: no error strategy leads around it.
            FailExecution(failure);
            return;
        }

        _planned.Enqueue(new ModelStep
        {
            Run = run,
            Activation = activation,
            Attempt = 1 + view.State.FailedAttempts,
            Context = Context(run, activation),
            Question = question,
            MessageId = AnswerId(run, activation, view.State.Turns),
            Turn = view.State.Turns,
            Epoch = _lease.Epoch,
        });
    }

    private void Enter(ScopeRun run, Activation activation, NestedScope scope, JsonElement arguments = default)
    {
        if (_runs.TryGetValue(scope.Path, out var open))
        {
            if (scope.CallId is not null && open.Planner.IsOver)
            {
                // Its answer was on its way through the filters.
                EndScope(open);
            }

            return;
        }

        if (scope.Path.Count(character => character == '/') >= _program!.Definition.Limits.MaxDepth)
        {
            LeaveWith(run, activation, scope.CallId, new Failure
            {
                Code = "depth_limit",
                Message = $"Agents and graphs are nested deeper than `limits.max_depth` ({_program.Definition.Limits.MaxDepth}) allows.",
                Where = scope.Path,
            });
            return;
        }

        if (!HasBegun(scope))
        {
            Write(scope.Input(arguments), scope.Path);
        }

        var (nested, running) = ScopeRun.Open(scope.Path, scope.Graph, _state.Scope(scope.Path), run, activation, scope.CallId);
        _runs[scope.Path] = nested;
        foreach (var inner in running)
        {
            _work.Enqueue((nested, inner));
        }

        if (nested.Planner.IsOver)
        {
            EndScope(nested);
        }
    }

    /// <summary>An activation has ended: settles its edges, and what follows is looked at.</summary>
    private void End(ScopeRun run, Activation activation, NodeOutcome outcome)
    {
        var scope = _state.Scope(run.Path);
        var settlement = run.Program.Settle(activation.Node, scope, outcome, ScopePath.OfNode(run.Path, activation.Name));
        if (settlement.Fails)
        {
            Leave(run, ScopeResult.Failed(settlement.Failure!));
            return;
        }

        Write(
            new NodeFinished
            {
                Live = settlement.Live.Count > 0 ? settlement.Live : null,
                Operations = settlement.Operations.Count > 0 ? settlement.Operations : null,
                Failure = settlement.Failure,
                FellBack = settlement.FellBack,
            },
            run.Path,
            activation.Name);
        if (scope.Bytes > _program!.Definition.Limits.MaxStateBytes)
        {
            FailExecution(new Failure
            {
                Code = "state_too_large",
                Message = $"The state holds more than `limits.max_state_bytes` ({_program.Definition.Limits.MaxStateBytes}) bytes.",
                Where = ScopePath.OfNode(run.Path, activation.Name),
            });
            return;
        }

        foreach (var next in run.Planner.End(activation, settlement.Live, !settlement.FellBack))
        {
            _work.Enqueue((run, next));
        }

        if (run.Planner.IsOver)
        {
            EndScope(run);
        }
    }

    private void EndScope(ScopeRun run)
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
            Leave(run, ScopeResult.Of(run.Program, _state.Scope(run.Path), _state.Execution!.StartPosition));
        }
    }

    /// <summary>A scope is over: what is left of it stops, and whoever waits for it goes on.</summary>
    private void Leave(ScopeRun run, ScopeResult result)
    {
        if (result.Failure is not { } failure || !BeginClosing(run.Path, null, failure))
        {
            LeaveNow(run, result);
        }
    }

    private void LeaveNow(ScopeRun run, ScopeResult result)
    {
        if (run.Parent is not { } parent)
        {
            _ending ??= result.Failure is { } failure ? Ending.Failed(failure) : Ending.Completed(result);
            return;
        }

        if (run.CallId is { } callId)
        {
            LeaveCall(run, parent, callId, result);
        }
        else
        {
            var inside = _state.Scope(run.Path);
            Close(run.Path);
            var view = View(parent, run.Caller!);
            End(parent, run.Caller!, ((GraphNodeProgram)parent.Program[run.Caller!.Node]).Leave(view, inside, result));
        }
    }

    private static Tools.ToolResult ToolResultOf(ScopeResult result) => result switch
    {
        { Failure: { } failure } => Tools.ToolResult.Failed(failure),
        { HasOutput: true } => Tools.ToolResult.Succeeded(result.Output),
        _ => Tools.ToolResult.Failed(Tools.ToolErrors.NoOutput, "It ended and gave no answer: its last node failed and its graph went on, or it says and writes nothing."),
    };

    private void LeaveWith(ScopeRun run, Activation activation, string? callId, Failure failure)
    {
        if (callId is not null)
        {
            Finish(run, activation, callId, Tools.ToolResult.Failed(failure));
        }
        else
        {
            End(run, activation, NodeOutcome.Failed(failure));
        }
    }

    private void Ask(string path, string? activation, Interrupt question, int attempt = 1, Principal? principal = null)
    {
        DeliverQuestion(Write(new Interrupted { Interrupt = question with { Id = NewId("int") }, Principal = principal }, path, activation, attempt));
        _mustCommit = true;
    }

    private Tools.ToolContext Context(ScopeRun run, Activation activation) =>
        new(Thread, _state.Execution!.Id, _state.Execution.Agent, ScopePath.OfNode(run.Path, activation.Name))
        {
            AgentVersion = _state.Execution.Definition,
            Security = _state.Execution.Security,
            Principal = _state.Execution.Principal,
        };

    /// <summary>The id of an answer, whichever attempt and owner gives it: readers see the same message start anew.</summary>
    private string AnswerId(ScopeRun run, Activation activation, int turn)
    {
        var name = $"{_state.Execution!.Id}/{ScopePath.OfNode(run.Path, activation.Name)}/{turn}";
        return $"msg_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 12))}";
    }

    private string NewId(string prefix) => $"{prefix}_{Convert.ToHexStringLower(_services.Ids.Next().ToByteArray(bigEndian: true).AsSpan(4))}";
}
