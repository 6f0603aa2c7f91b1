using Actant.Executions;

namespace Actant.AspNetCore.Threads;

/// <summary>A thread that was forked or rewound, and the execution that goes on there.</summary>
internal sealed record BranchView(string ThreadId, long Position, Guid? ExecutionId)
{
    public static BranchView Of(Branch branch) => new(branch.Thread.Thread, branch.Position, branch.Execution?.Value);
}
