using Actant.Executions;

namespace Actant.AspNetCore.Executions;

/// <summary>A tool call as the audit log shows it.</summary>
internal sealed record AuditedCallView
{
    public required string ExecutionId { get; init; }

    public required string ThreadId { get; init; }

    public required string Agent { get; init; }

    public required string Node { get; init; }

    public required string CallId { get; init; }

    public required string Tool { get; init; }

    public ToolClass? Class { get; init; }

    public required int Attempt { get; init; }

    /// <summary><c>succeeded</c>, <c>failed</c>, or <c>open</c>: it runs, or nobody knows how it ended.</summary>
    public required string Outcome { get; init; }

    public string? Error { get; init; }

    public bool ByPerson { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public long DurationMs { get; init; }

    public string? UserId { get; init; }

    public string? OrganizationId { get; init; }

    /// <summary>The id of the key that submitted; also in <see cref="Principal"/>.</summary>
    public string? SubmittedBy { get; init; }

    public Principal? Principal { get; init; }

    public IReadOnlyList<AuditedDecisionView>? Decisions { get; init; }

    public static AuditedCallView Of(AuditedCall call) => new()
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
