namespace Actant.Api;

/// <summary>A page of executions.</summary>
/// <param name="Executions">The executions.</param>
/// <param name="NextCursor">Where the next page begins; none after the last.</param>
public sealed record ExecutionListView(IReadOnlyList<ExecutionView> Executions, string? NextCursor);
