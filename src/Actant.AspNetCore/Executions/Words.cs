using Actant.Storage;

namespace Actant.AspNetCore.Executions;

/// <summary>The words of requests for statuses and strategies.</summary>
internal static class Words
{
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

    public static string Of(ExecutionStatus status) => Statuses.First(word => word.Value == status).Key;

    public static IReadOnlyDictionary<string, BusyStrategy> Strategies { get; } = new Dictionary<string, BusyStrategy>
    {
        ["enqueue"] = BusyStrategy.Enqueue,
        ["reject"] = BusyStrategy.Reject,
        ["interrupt"] = BusyStrategy.Interrupt,
        ["rollback"] = BusyStrategy.Rollback,
    };
}
