namespace Actant;

/// <summary>What a <see cref="DeliveryTarget"/> can be told of.</summary>
public static class DeliveryEvents
{
    /// <summary>It has its output.</summary>
    public const string Completed = "completed";

    /// <summary>It failed.</summary>
    public const string Failed = "failed";

    /// <summary>Somebody cancelled it.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>Its time ran out.</summary>
    public const string TimedOut = "timed_out";

    /// <summary>It waits for a person; told only where it is asked for.</summary>
    public const string Interrupted = "interrupted";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Completed, Failed, Cancelled, TimedOut, Interrupted];

    /// <summary>The event of an end, or of the wait for a person.</summary>
    internal static string Of(ExecutionStatus status) => status switch
    {
        ExecutionStatus.Completed => Completed,
        ExecutionStatus.Failed => Failed,
        ExecutionStatus.Cancelled => Cancelled,
        ExecutionStatus.TimedOut => TimedOut,
        ExecutionStatus.Interrupted => Interrupted,
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "Nobody is told of this."),
    };
}
