using Actant.Agents;

namespace Actant.Api;

/// <summary>What a definition would mean for the threads that run on an agent.</summary>
/// <param name="Compatible">Whether no thread is in the way.</param>
/// <param name="CheckedThreads">How many threads were looked at.</param>
/// <param name="Complete">Whether those are all.</param>
/// <param name="Threads">Those that are in the way.</param>
public sealed record AgentCheckView(bool Compatible, int CheckedThreads, bool Complete, IReadOnlyList<ThreadFindingView> Threads)
{
    /// <summary>A report.</summary>
    internal static AgentCheckView Of(AgentCheckReport report) =>
        new(report.Threads.Count == 0, report.CheckedThreads, report.IsComplete, [.. report.Threads.Select(ThreadFindingView.Of)]);
}
