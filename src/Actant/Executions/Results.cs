using Actant.Journaling;
using Actant.Storage;

namespace Actant.Executions;

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
        Principal = execution.Principal,
        Interrupts = [.. execution.OpenInterrupts.Select(interrupt => interrupt.Interrupt)],
    };
}
