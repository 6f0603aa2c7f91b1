using Actant.Agents;

namespace Actant.AspNetCore.Agents;

/// <summary>What <c>POST /api/v1/agents/{id}/check</c> answers.</summary>
internal sealed record AgentCheckView(bool Compatible, int CheckedThreads, bool Complete, IReadOnlyList<ThreadFindingView> Threads)
{
    public static AgentCheckView Of(AgentCheckReport report) =>
        new(report.Threads.Count == 0, report.CheckedThreads, report.IsComplete, [.. report.Threads.Select(ThreadFindingView.Of)]);
}
