using Actant.Storage;

namespace Actant.AspNetCore.Executions;

/// <summary>Why a pending execution waits.</summary>
internal sealed record WaitView
{
    /// <summary><c>start</c>: to be started; <c>thread</c>: for another execution of its thread; <c>newer_node</c>: for a node of a newer version, which has written to the thread; <c>limit</c>: its tenant runs as many as it may; <c>turn</c>: for its turn.</summary>
    public required string For { get; init; }

    public int? Ahead { get; init; }

    public required int Running { get; init; }

    public int? MaxRunning { get; init; }

    public required int Weight { get; init; }

    public static WaitView Of(ExecutionRecord record, ExecutionWait wait) => new()
    {
        For = record.Held ? "start" : wait.Ahead is null ? "thread" : wait.NeedsNewerNode ? "newer_node" : wait.Running >= wait.Share.MaxRunning ? "limit" : "turn",
        Ahead = wait.Ahead,
        Running = wait.Running,
        MaxRunning = wait.Share.MaxRunning,
        Weight = wait.Share.Weight,
    };
}
