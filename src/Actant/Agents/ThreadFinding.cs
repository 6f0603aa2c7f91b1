namespace Actant.Agents;

/// <summary>A thread that a new definition would break.</summary>
public sealed record ThreadFinding
{
    /// <summary>The thread.</summary>
    public required string Thread { get; init; }

    /// <summary>The agent's newest execution on it.</summary>
    public required ExecutionId Execution { get; init; }

    /// <summary>Where that stands. While it is open it goes on with the version it started with.</summary>
    public required ExecutionStatus Status { get; init; }

    /// <summary>Why the next turn would fail: values that the new definition's state does not take.</summary>
    public required IReadOnlyList<string> NextTurn { get; init; }

    /// <summary>Why the open execution could not go on with the new definition, were it moved to it.</summary>
    public required IReadOnlyList<string> Waiting { get; init; }
}
