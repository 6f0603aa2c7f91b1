using Actant.Api;

namespace Actant.AspNetCore.Executions;

internal sealed record ExecutionListView(IReadOnlyList<ExecutionView> Executions, string? NextCursor);
