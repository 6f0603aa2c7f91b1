using Actant.Executions;

namespace Actant.Api;

/// <summary>A thread that was forked, rewound or erased from, and the execution that goes on there.</summary>
/// <param name="ThreadId">The thread.</param>
/// <param name="Position">Its last position.</param>
/// <param name="ExecutionId">The execution.</param>
public sealed record BranchView(string ThreadId, long Position, Guid? ExecutionId)
{
    /// <summary>A branch.</summary>
    internal static BranchView Of(Branch branch) => new(branch.Thread.Thread, branch.Position, branch.Execution?.Value);
}
