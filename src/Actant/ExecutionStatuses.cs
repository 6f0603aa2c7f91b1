namespace Actant;

/// <summary>What can be asked of a status.</summary>
public static class ExecutionStatuses
{
    /// <summary>Whether nothing follows this status.</summary>
    public static bool IsEnd(this ExecutionStatus status) => status >= ExecutionStatus.Completed;
}
