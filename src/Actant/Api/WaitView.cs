using Actant.Journaling;
using Actant.Storage;

namespace Actant.Api;

/// <summary>Why an execution waits that is pending, that was left for want of something, that is quarantined, or that waits for what its nodes said.</summary>
public sealed record WaitView
{
    /// <summary><c>start</c>: to be started; <c>thread</c>: for another execution of its thread; <c>newer_node</c>: for a node of a newer version, which has written to the thread; <c>limit</c>: its tenant runs as many as it may; <c>turn</c>: for its turn; <c>capability</c>: for a node that has what it needs; <c>suspect</c>: processes died under it, and few of those may run together; <c>timer</c>: for a time; <c>tool_limit</c>: until a tool may be called again; <c>child</c>: for executions that it has started.</summary>
    public required string For { get; init; }

    /// <summary>What it waits for a node with.</summary>
    public IReadOnlyList<string>? Needs { get; init; }

    /// <summary>How many processes died under it.</summary>
    public int? Deaths { get; init; }

    /// <summary>How many go before it.</summary>
    public int? Ahead { get; init; }

    /// <summary>How many of its tenant run.</summary>
    public int? Running { get; init; }

    /// <summary>How many may.</summary>
    public int? MaxRunning { get; init; }

    /// <summary>The tenant's weight.</summary>
    public int? Weight { get; init; }

    /// <summary>The time that it waits for.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>The executions that it waits for.</summary>
    public IReadOnlyList<Guid>? Children { get; init; }

    /// <summary>What the nodes of an execution wait for, beside people; <c>null</c> if nothing.</summary>
    public static WaitView? Of(ExecutionResult result) => result is { Children.Count: 0, WakesAt: null, LimitedUntil: null } ? null : new WaitView
    {
        For = result.Children.Count > 0 ? "child" : result.WakesAt is not null ? "timer" : "tool_limit",
        Children = result.Children.Count > 0 ? [.. result.Children.Select(static child => child.Value)] : null,
        Until = result.WakesAt ?? result.LimitedUntil,
    };

    /// <summary>Why an execution waits.</summary>
    public static WaitView Of(ExecutionRecord record, ExecutionWait wait) => new()
    {
        For = wait.Needs.Count > 0 ? "capability" : record.Held ? "start" : wait.Ahead is null ? "thread" : wait.Format > EntryCodec.Format ? "newer_node" : wait.Deaths > 0 ? "suspect" : wait.Running >= wait.Share.MaxRunning ? "limit" : "turn",
        Needs = wait.Needs.Count > 0 ? wait.Needs : null,
        Deaths = wait.Deaths > 0 ? wait.Deaths : null,
        Ahead = wait.Ahead,
        Running = wait.Running,
        MaxRunning = wait.Share.MaxRunning,
        Weight = wait.Share.Weight,
    };
}
