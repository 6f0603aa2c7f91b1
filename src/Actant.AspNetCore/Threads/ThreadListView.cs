namespace Actant.AspNetCore.Threads;

internal sealed record ThreadListView(IReadOnlyList<ThreadSummary> Threads, string? NextCursor);
