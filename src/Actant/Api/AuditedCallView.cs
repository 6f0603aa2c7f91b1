using Actant.Executions;

namespace Actant.Api;

/// <summary>A tool call as the audit log shows it.</summary>
public sealed record AuditedCallView
{
    /// <summary>The execution.</summary>
    public required string ExecutionId { get; init; }

    /// <summary>The thread.</summary>
    public required string ThreadId { get; init; }

    /// <summary>The agent's name.</summary>
    public required string Agent { get; init; }

    /// <summary>The run of the node that called.</summary>
    public required string Node { get; init; }

    /// <summary>The call's id, as the messages name it.</summary>
    public required string CallId { get; init; }

    /// <summary>The tool.</summary>
    public required string Tool { get; init; }

    /// <summary>What a repeated call would do.</summary>
    public ToolClass? Class { get; init; }

    /// <summary>Which attempt of the node it was.</summary>
    public required int Attempt { get; init; }

    /// <summary><c>succeeded</c>, <c>failed</c>, or <c>open</c>: it runs, or nobody knows how it ended.</summary>
    public required string Outcome { get; init; }

    /// <summary>The code of its failure.</summary>
    public string? Error { get; init; }

    /// <summary>Whether a person gave the result.</summary>
    public bool ByPerson { get; init; }

    /// <summary>When it began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>How long it took.</summary>
    public long DurationMs { get; init; }

    /// <summary>The user on whose behalf it was called.</summary>
    public string? UserId { get; init; }

    /// <summary>The organization on whose behalf it was called.</summary>
    public string? OrganizationId { get; init; }

    /// <summary>The id of the key that submitted; also in <see cref="Principal"/>.</summary>
    public string? SubmittedBy { get; init; }

    /// <summary>Who submitted the execution.</summary>
    public Principal? Principal { get; init; }

    /// <summary>What people decided about it.</summary>
    public IReadOnlyList<AuditedDecisionView>? Decisions { get; init; }

    /// <summary>The view.</summary>
    internal static AuditedCallView Of(AuditedCall call) => new()
    {
        ExecutionId = call.Execution.Id.ToString(),
        ThreadId = call.Execution.Thread.Thread,
        Agent = call.Execution.Agent,
        Node = call.Activation,
        CallId = call.CallId,
        Tool = call.Tool,
        Class = call.Class,
        Attempt = call.Attempt,
        Outcome = call.FinishedAt is null ? "open" : call.Failure is null ? "succeeded" : "failed",
        Error = call.Failure?.Code,
        ByPerson = call.ByPerson,
        StartedAt = call.StartedAt,
        FinishedAt = call.FinishedAt,
        DurationMs = call.DurationMs,
        UserId = call.Security?.UserId,
        OrganizationId = call.Security?.OrganizationId,
        SubmittedBy = call.Principal?.KeyId ?? call.Security?.SubmittedBy,
        Principal = call.Principal,
        Decisions = call.Decisions.Count > 0 ? [.. call.Decisions.Select(AuditedDecisionView.Of)] : null,
    };
}
