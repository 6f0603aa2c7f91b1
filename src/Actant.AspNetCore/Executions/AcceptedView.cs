using Actant.Storage;

namespace Actant.AspNetCore.Executions;

/// <summary>An execution that was accepted or told something.</summary>
internal sealed record AcceptedView(Guid ExecutionId, string ThreadId, ExecutionStatus Status)
{
    public static AcceptedView Of(ExecutionRecord record) => new(record.Id.Value, record.Thread.Thread, record.Status);
}
