namespace Actant.Agents;

/// <summary>What a new definition of an agent would mean for the threads that the agent has worked on.</summary>
/// <param name="CheckedThreads">How many threads were looked at.</param>
/// <param name="IsComplete">Whether these were all of them; only the newest executions are looked through.</param>
/// <param name="Threads">Those that would break, and how.</param>
public sealed record AgentCheckReport(int CheckedThreads, bool IsComplete, IReadOnlyList<ThreadFinding> Threads);
