using System.Text.Json;
using Actant.Definitions;
using Actant.Graphs;
using Actant.Journaling;
using Actant.Nodes;
using Actant.Signals;
using Actant.Steps;
using Actant.Tools;

namespace Actant.Loops;

internal sealed partial class ExecutionLoop
{
    /// <summary>Looks at the calls that have neither ended nor are under way. The others are only passed over: there may be thousands.</summary>
    private void PlanCalls(ScopeRun run, Activation activation, ActivationView view, Move.Call move)
    {
        for (var i = 0; i < move.Calls.Count; i++)
        {
            var call = move.Calls[i];
            if (!call.IsFinished && !IsUnderWay(new StepKey(run.Path, activation.Name, call.Id)))
            {
                PlanCall(run, activation, view, move.Plan(call));
            }
        }
    }

    /// <summary>
    /// Decides about one demanded call. One with a stored result is never made again; one that was started and whose outcome
    /// nobody knows is repeated only where its class, a policy or a person allows it.
    /// </summary>
    private void PlanCall(ScopeRun run, Activation activation, ActivationView view, PlannedCall planned)
    {
        var call = planned.Call;
        if (planned is { Tool: not null } or { Nested.NeedsPermission: true } && _state.Execution!.Security?.Permits(call.Tool) == false)
        {
            Finish(run, activation, call.Id, ToolGate.NotPermitted(call.Tool), call.Tool);
        }
        else if (planned.Nested is { } nested)
        {
            if (_runs.ContainsKey(nested.Path) || HasBegun(nested))
            {
                Enter(run, activation, nested);
            }
            else if (FilteredTask(run, activation, view, call, nested) is { } task && (!nested.RequiresApproval || Approve(run, activation, view, call, task)))
            {
                Enter(run, activation, nested, task);
            }
        }
        else if (planned.Tool is not { } tool)
        {
            Finish(run, activation, call.Id, ToolGate.NotFound(call.Tool, activation.Node.Definition.Tools.ToList()), call.Tool);
        }
        else if (call.IsOpen && tool.Class == ToolClass.Unsafe)
        {
            ResolveUnknown(run, activation, call, tool);
        }
        else if (FilteredArguments(run, activation, view, call, tool) is { } arguments
            && (call.Attempt > 0 || !tool.RequiresApproval || Approve(run, activation, view, call, arguments)))
        {
            Repeat(run, activation, call, tool, arguments);
        }
    }

    /// <summary>An unsafe call began and its end is not known: the process died, the time ran out, or the connection broke.</summary>
    private void ResolveUnknown(ScopeRun run, Activation activation, CallState call, BoundTool tool)
    {
        var asked = _state.Execution!.Interrupts.FindLast(interrupt =>
            interrupt.Path == run.Path && interrupt.Activation == activation.Name && interrupt.Interrupt.CallId == call.Id
            && interrupt.Interrupt.Reason == InterruptReasons.ToolOutcomeUnknown && interrupt.Attempt == call.Attempt
            && interrupt.Turn == TurnsOf(run, activation));
        var isClosing = IsClosing(run.Path, activation.Name);
        var word = asked is { IsAnswered: true } ? Decisions.Word(asked.Answer) : tool.OnUnknownOutcome switch
        {
            UnknownOutcomePolicy.Retry when call.FailedAttempts < activation.Node.Definition.OnError.MaxAttempts => "retry",
            UnknownOutcomePolicy.Retry => "failed",
            UnknownOutcomePolicy.Fail => "failed",
            _ => "",
        };
        switch (word)
        {
            case "retry" when isClosing:
                Finish(run, activation, call.Id, ToolResult.Failed(ToolErrors.OutcomeUnknown, $"Whether `{call.Tool}` happened is unknown. It is not made again: what it was part of has ended."), byPerson: asked is not null);
                break;
            case "retry":
                Repeat(run, activation, call, tool, call.Arguments);
                break;
            case "accept" when asked?.Interrupt.Proposal is { } proposal:
                Accept(run, activation, call, proposal);
                break;
            case "happened":
                Finish(run, activation, call.Id, ToolResult.Succeeded(Decisions.Result(asked!.Answer)), byPerson: true);
                break;
            case "failed":
                var reason = asked is null ? null : Decisions.Text(asked.Answer, "message");
                Finish(run, activation, call.Id, ToolResult.Failed(ToolErrors.OutcomeUnknown, reason ?? $"Whether `{call.Tool}` happened is unknown; it counts as failed."), byPerson: asked is not null);
                break;
            case "" when asked is null:
                Ask(run.Path, activation.Name, Decisions.OutcomeUnknown(call, call.Report, mayRetry: !isClosing), call.Attempt);
                break;
        }
    }

    /// <summary>Whether a person has agreed; asks if nobody was asked.</summary>
    private bool Approve(ScopeRun run, Activation activation, ActivationView view, CallState call, JsonElement arguments)
    {
        if (view.Question(InterruptReasons.ToolApproval, call.Id) is not { } asked || asked.Turn != view.State.Turns)
        {
            Ask(run.Path, activation.Name, Decisions.Approval(call, arguments));
            return false;
        }

        if (!asked.IsAnswered)
        {
            return false;
        }

        switch (Decisions.Word(asked.Answer))
        {
            case "approve" or "edit":
                // With the arguments that the person saw or made, as the fold has them.
                return true;
            case "respond":
                Finish(run, activation, call.Id, ToolResult.Succeeded(Decisions.Result(asked.Answer)), byPerson: true);
                return false;
            default:
                Finish(run, activation, call.Id, ToolResult.Failed(ToolErrors.Rejected, Decisions.Text(asked.Answer, "message") ?? $"A person refused the call of `{call.Tool}`."), byPerson: true);
                return false;
        }
    }

    private bool HasBegun(NestedScope nested) => _state.Scopes.TryGetValue(nested.Path, out var scope) && scope.HasInput;

    private void Repeat(ScopeRun run, Activation activation, CallState call, BoundTool tool, JsonElement arguments)
    {
        var key = new StepKey(run.Path, activation.Name, call.Id);
        if (MustWait(key, call.RetryAt, run, activation))
        {
            return;
        }

        if (call.IsOpen && tool.Class != ToolClass.Unsafe && call.Deadline <= Now)
        {
            GiveUp(run, activation, call, tool);
            return;
        }

        _planned.Enqueue(new ToolStep
        {
            Run = run,
            Activation = activation,
            Attempt = 1 + Math.Max(call.Attempt, call.SettledAttempt),
            Context = Context(run, activation),
            Call = call,
            Tool = tool,
            Arguments = arguments,
            IsChanged = _filtered.ContainsKey(key) && !JsonElement.DeepEquals(arguments, call.Arguments),
            IdempotencyKey = call.IdempotencyKey ?? NewKey(run, activation, call, tool, arguments),
            Deadline = Now + tool.Limits.Timeout,
        });
    }

    /// <summary>The time of an attempt that another process began is over.</summary>
    private void GiveUp(ScopeRun run, Activation activation, CallState call, BoundTool tool)
    {
        var policy = activation.Node.Definition.OnError;
        var failure = new Failure { Code = ToolErrors.TimedOut, Message = $"'{tool.Name}' did not end by {call.Deadline:O}.", Transient = true };
        if (call.FailedAttempts + 1 >= policy.MaxAttempts)
        {
            Finish(run, activation, call.Id, ToolResult.Failed(failure), attempt: call.Attempt);
            return;
        }

        var wait = Backoff.Wait(policy, call.FailedAttempts + 1, failure, _services.Random);
        Write(new AttemptFailed { CallId = call.Id, Failure = failure, RetryAt = Now + wait }, run.Path, activation.Name, call.Attempt);
        _work.Enqueue((run, activation));
    }

    private int TurnsOf(ScopeRun run, Activation activation) => _state.FindActivation(run.Path, activation.Name)?.Turns ?? 0;

    private string NewKey(ScopeRun run, Activation activation, CallState call, BoundTool tool, JsonElement arguments)
    {
        var execution = _state.Execution!;
        return execution.Behaviour < EngineBehaviour.OwnCallIds
            ? CallIds.KeyBefore(execution.Id, run.Path, activation.Name, call.Id, TurnsOf(run, activation))
            : CallIds.KeyOf(execution.Id, call.Id, tool.Class == ToolClass.Pure ? default : arguments);
    }

    /// <summary>A call has its result: whoever demanded it is looked at.</summary>
    private void Finish(ScopeRun run, Activation activation, string callId, ToolResult result, string? tool = null, bool byPerson = false, long durationMs = 0, int attempt = 1)
    {
        var call = _state.FindCall(run.Path, activation.Name, callId);
        _filtered.Remove(new StepKey(run.Path, activation.Name, callId));
        Write(
            new ToolFinished
            {
                CallId = callId,
                Tool = call?.Tool ?? tool ?? callId,
                Output = result.Output,
                HasParts = result.HasParts,
                Failure = result.Failure,
                ByPerson = byPerson,
                DurationMs = durationMs,
            },
            run.Path,
            activation.Name,
            attempt);
        _mustCommit = true;
        _isStep = true;
        _work.Enqueue((run, activation));
    }
}
