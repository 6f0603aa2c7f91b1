namespace Actant.AspNetCore.Threads;

/// <summary>What was erased.</summary>
/// <param name="ThreadsDeleted">How many threads.</param>
internal sealed record ErasedView(int ThreadsDeleted);
