using Actant.Storage;

namespace Actant.Api;

/// <summary>The words of requests for statuses and strategies.</summary>
public static class Words
{
    /// <summary>Statuses by their words.</summary>
    public static IReadOnlyDictionary<string, ExecutionStatus> Statuses { get; } = new Dictionary<string, ExecutionStatus>
    {
        ["pending"] = ExecutionStatus.Pending,
        ["running"] = ExecutionStatus.Running,
        ["interrupted"] = ExecutionStatus.Interrupted,
        ["completed"] = ExecutionStatus.Completed,
        ["failed"] = ExecutionStatus.Failed,
        ["cancelled"] = ExecutionStatus.Cancelled,
        ["timed_out"] = ExecutionStatus.TimedOut,
    };

    /// <summary>The word of a status.</summary>
    public static string Of(ExecutionStatus status) => Statuses.First(word => word.Value == status).Key;

    /// <summary>Strategies by their words.</summary>
    public static IReadOnlyDictionary<string, BusyStrategy> Strategies { get; } = new Dictionary<string, BusyStrategy>
    {
        ["enqueue"] = BusyStrategy.Enqueue,
        ["reject"] = BusyStrategy.Reject,
        ["interrupt"] = BusyStrategy.Interrupt,
        ["rollback"] = BusyStrategy.Rollback,
    };
}
