namespace Actant.Api;

/// <summary>A page of threads.</summary>
/// <param name="Threads">The threads.</param>
/// <param name="NextCursor">Where the next page begins; none after the last.</param>
public sealed record ThreadListView(IReadOnlyList<ThreadSummary> Threads, string? NextCursor);
