using Actant.Agents;

namespace Actant.AspNetCore.Agents;

internal sealed record ThreadFindingView(
    string ThreadId, Guid ExecutionId, ExecutionStatus Status, IReadOnlyList<string> NextTurn, IReadOnlyList<string> Waiting)
{
    public static ThreadFindingView Of(ThreadFinding finding) =>
        new(finding.Thread, finding.Execution.Value, finding.Status, finding.NextTurn, finding.Waiting);
}
