using System.Text.Json;
using Actant.Journaling;
using Actant.Storage;

namespace Actant.Loops;

/// <summary>Views of a fold as results.</summary>
internal static class Results
{
    /// <summary>What an execution has given so far.</summary>
    public static ExecutionResult Of(ExecutionRecord record, JournalState state, ExecutionState execution) => new()
    {
        Record = record with { Tokens = execution.Usage.Total, CostUsd = execution.CostUsd, StartPosition = execution.StartPosition },
        ToolResults = [.. execution.FinishedCalls],
        Messages = [.. state.Root.Messages.Where(message => message.Position >= execution.StartPosition).Select(message => message.Message)],
        Usage = execution.Usage,
        Model = execution.Model,
        ModelSource = execution.ModelSource,
        FinishReason = execution.FinishReason,
        Principal = execution.Principal,
        Interrupts = [.. execution.OpenInterrupts.Select(interrupt => interrupt.Interrupt)],
        Children = [.. execution.OpenChildren.Select(static child => child.Child)],
        WakesAt = state.Scopes.Values.SelectMany(static scope => scope.Activations.Values).Min(static activation => activation.WakeAt),
        LimitedUntil = state.Scopes.Values.SelectMany(static scope => scope.Activations.Values).SelectMany(static activation => activation.Calls)
            .Where(static call => call is { IsFinished: false, IsLimited: true }).Min(static call => call.RetryAt),
    };

    /// <summary>What the store is told of an execution.</summary>
    public static ExecutionChange ChangeOf(ExecutionState execution, ExecutionStatus status, Failure? failure = null) => new()
    {
        Execution = execution.Id,
        Status = status,
        StartPosition = execution.StartPosition,
        Failure = failure,
        Tokens = execution.Usage.Total,
        CostUsd = execution.CostUsd,
    };

    /// <summary>
    /// With the end of an execution: with its output, and why the answer ended that is its output. A value that a node wrote was made of
    /// answers that were accepted: what became of one that was not is no word on it.
    /// </summary>
    public static ExecutionResult WithOutput(this ExecutionResult result, JournalState state, ExecutionState execution, JsonElement output, string? messageId) => result with
    {
        Output = output,
        FinishReason = messageId is null ? output.ValueKind == JsonValueKind.Undefined ? result.FinishReason : execution.AcceptedReason
            : state.Root.Messages.FindLast(message => message.Message.Id == messageId) is { } answer ? answer.FinishReason : result.FinishReason,
    };
}
