namespace Actant.Benchmarks.Loads;

/// <summary>What a node has measured.</summary>
/// <param name="Loop">Its callers, without the warm-up.</param>
/// <param name="All">All its executions, those of the warm-up too.</param>
internal sealed record NodeLoop(ClosedLoop Loop, long All);
