using System.Text.Json;
using Actant.Definitions;
using Actant.Graphs;
using Actant.Journaling;
using Actant.Nodes;
using Actant.Signals;
using Actant.Tools;

namespace Actant.Loops;

/// <summary>
/// What follows for a call that has neither ended nor is under way; decided from the state alone. One with a stored result is never made
/// again; one that was started and whose outcome nobody knows is repeated only where its class, a policy or a person allows it.
/// </summary>
internal static class CallPolicy
{
    /// <summary>Decides about a demanded call as it is known so far.</summary>
    /// <param name="planned">The call, and who answers it.</param>
    /// <param name="view">What the activation sees that demanded it.</param>
    /// <param name="activation">The activation.</param>
    /// <param name="isEntered">Whether the agent that answers it is being run.</param>
    public static CallVerdict Of(PlannedCall planned, ActivationView view, Activation activation, bool isEntered)
    {
        var call = planned.Call;
        if (planned is { Tool: not null } or { Nested.NeedsPermission: true } && view.Execution.Security?.Permits(call.Tool) == false)
        {
            return CallVerdict.Finish(ToolGate.NotPermitted(call.Tool), byPerson: false) with { Tool = call.Tool };
        }

        if (planned.Nested is { } nested)
        {
            return isEntered || view.HasBegun(nested.Path) ? CallVerdict.Enter : CallVerdict.Filter;
        }

        if (planned.Tool is not { } tool)
        {
            return CallVerdict.Finish(ToolGate.NotFound(call.Tool, activation.Node.Definition.Tools.ToList()), byPerson: false) with { Tool = call.Tool };
        }

        return call.IsOpen && tool.Class == ToolClass.Unsafe ? OfUnknown(call, tool, view, activation) : CallVerdict.Filter;
    }

    /// <summary>Decides about a call that can be made with these arguments.</summary>
    public static CallVerdict OfFiltered(PlannedCall planned, ActivationView view, JsonElement arguments) => planned switch
    {
        { Nested: { } nested } => nested.RequiresApproval ? IfApproved(CallVerdict.Enter, planned, view, arguments) : CallVerdict.Enter,
        { Tool.RequiresApproval: true, Call.Attempt: 0 } => IfApproved(CallVerdict.Make, planned, view, arguments),
        _ => CallVerdict.Make,
    };

    /// <summary>An unsafe call began and its end is not known: the process died, the time ran out, or the connection broke.</summary>
    public static CallVerdict OfUnknown(CallState call, BoundTool tool, ActivationView view, Activation activation)
    {
        var asked = view.Execution.Interrupts.FindLast(interrupt =>
            interrupt.Path == view.Path && interrupt.Activation == activation.Name && interrupt.Interrupt.CallId == call.Id
            && interrupt.Interrupt.Reason == InterruptReasons.ToolOutcomeUnknown && interrupt.Attempt == call.Attempt
            && interrupt.Turn == view.State.Turns);
        var isClosing = view.Execution.IsClosing(view.Path, activation.Name);
        var word = asked is { IsAnswered: true } ? Decisions.Word(asked.Answer) : tool.OnUnknownOutcome switch
        {
            UnknownOutcomePolicy.Retry when call.FailedAttempts < activation.Node.Definition.OnError.MaxAttempts => "retry",
            UnknownOutcomePolicy.Retry => "failed",
            UnknownOutcomePolicy.Fail => "failed",
            _ => "",
        };
        return word switch
        {
            "retry" when isClosing => Unknown($"Whether `{call.Tool}` happened is unknown. It is not made again: what it was part of has ended.", asked),
            "retry" => CallVerdict.Make,
            "accept" when asked?.Interrupt.Proposal is { } proposal => Accepted(call, proposal),
            "happened" => CallVerdict.Finish(ToolResult.Succeeded(Decisions.Result(asked!.Answer)), byPerson: true),
            "failed" => Unknown(
                (asked is null ? null : Decisions.Text(asked.Answer, "message")) ?? $"Whether `{call.Tool}` happened is unknown; it counts as failed.", asked),
            "" when asked is null => CallVerdict.Ask(Decisions.OutcomeUnknown(call, call.Report, mayRetry: !isClosing), call.Attempt),
            _ => CallVerdict.Wait,
        };
    }

    /// <summary>Goes on if a person has agreed; asks if nobody was asked.</summary>
    private static CallVerdict IfApproved(CallVerdict then, PlannedCall planned, ActivationView view, JsonElement arguments)
    {
        var call = planned.Call;
        if (view.Question(InterruptReasons.ToolApproval, call.Id) is not { } asked || asked.Turn != view.State.Turns)
        {
            return CallVerdict.Ask(Decisions.Approval(call, arguments, planned.Tool?.Parameters ?? default));
        }

        if (!asked.IsAnswered)
        {
            return CallVerdict.Wait;
        }

        return Decisions.Word(asked.Answer) switch
        {
            // With the arguments that the person saw or made, as the fold has them.
            "approve" or "edit" => then,
            "respond" => CallVerdict.Finish(ToolResult.Succeeded(Decisions.Result(asked.Answer)), byPerson: true),
            _ => CallVerdict.Finish(
                ToolResult.Failed(ToolErrors.Rejected, Decisions.Text(asked.Answer, "message") ?? $"A person refused the call of `{call.Tool}`."), byPerson: true),
        };
    }

    private static CallVerdict Unknown(string message, InterruptState? asked) =>
        CallVerdict.Finish(ToolResult.Failed(ToolErrors.OutcomeUnknown, message), byPerson: asked is not null);

    /// <summary>Accepts what was handed in.</summary>
    private static CallVerdict Accepted(CallState call, CallReport report)
    {
        var result = report.Failure is { } failure ? ToolResult.Failed(failure)
            : report.HasParts ? ToolResult.OfParts(report.Output ?? default)
            : ToolResult.Succeeded(report.Output ?? default);
        return CallVerdict.Finish(result, byPerson: true) with { DurationMs = report.DurationMs, Attempt = call.Attempt };
    }
}
