namespace Actant.Api;

/// <summary>What was erased.</summary>
/// <param name="ThreadsDeleted">How many threads.</param>
public sealed record ErasedView(int ThreadsDeleted);
