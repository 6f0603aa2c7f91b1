using Actant.Storage;

namespace Actant.Executions;

/// <summary>One tool call of the audit log: who, what and how it ended; neither arguments nor result.</summary>
public sealed record AuditedCall
{
    /// <summary>The execution that called.</summary>
    public required ExecutionRecord Execution { get; init; }

    /// <summary>On whose behalf, as the submitter said.</summary>
    public SecurityContext? Security { get; init; }

    /// <summary>Who submitted the execution, as the way in knew them.</summary>
    public Principal? Principal { get; init; }

    /// <summary>The node that called, with the path of its scope.</summary>
    public required string Activation { get; init; }

    /// <summary>The call.</summary>
    public required string CallId { get; init; }

    /// <summary>The tool.</summary>
    public required string Tool { get; init; }

    /// <summary>What a repeated call would do; known of calls whose start was stored.</summary>
    public ToolClass? Class { get; init; }

    /// <summary>The last attempt, from 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>When the last attempt was stored to begin.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When its end was stored; <c>null</c> while it runs, or when nobody knows its end.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>How long the last attempt took, in milliseconds.</summary>
    public long DurationMs { get; init; }

    /// <summary>Why it failed.</summary>
    public Failure? Failure { get; init; }

    /// <summary>Whether a person gave its result.</summary>
    public bool ByPerson { get; init; }

    /// <summary>What people decided about it, in order.</summary>
    public IReadOnlyList<AuditedDecision> Decisions { get; init; } = [];
}
