using Actant.Storage;

namespace Actant.Api;

/// <summary>An execution that was accepted or told something.</summary>
/// <param name="ExecutionId">Its id.</param>
/// <param name="ThreadId">Its thread.</param>
/// <param name="Status">Where it stands.</param>
public sealed record AcceptedView(Guid ExecutionId, string ThreadId, ExecutionStatus Status)
{
    /// <summary>An execution.</summary>
    internal static AcceptedView Of(ExecutionRecord record) => new(record.Id.Value, record.Thread.Thread, record.Status);
}
