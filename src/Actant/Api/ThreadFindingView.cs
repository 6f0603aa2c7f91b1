using Actant.Agents;

namespace Actant.Api;

/// <summary>A thread that a new definition would harm.</summary>
/// <param name="ThreadId">The thread.</param>
/// <param name="ExecutionId">Its last execution.</param>
/// <param name="Status">Where that stands.</param>
/// <param name="NextTurn">What would happen with the next input.</param>
/// <param name="Waiting">What would happen with the questions that wait.</param>
public sealed record ThreadFindingView(
    string ThreadId, Guid ExecutionId, ExecutionStatus Status, IReadOnlyList<string> NextTurn, IReadOnlyList<string> Waiting)
{
    /// <summary>A finding.</summary>
    internal static ThreadFindingView Of(ThreadFinding finding) =>
        new(finding.Thread, finding.Execution.Value, finding.Status, finding.NextTurn, finding.Waiting);
}
