using Actant.Executions;

namespace Actant.AspNetCore.Executions;

/// <summary>What a person decided about a tool call.</summary>
internal sealed record AuditedDecisionView
{
    public required string InterruptId { get; init; }

    public required string Reason { get; init; }

    public required string Decision { get; init; }

    public Principal? Principal { get; init; }

    public required DateTimeOffset At { get; init; }

    public static AuditedDecisionView Of(AuditedDecision decision) => new()
    {
        InterruptId = decision.InterruptId,
        Reason = decision.Reason,
        Decision = decision.Decision,
        Principal = decision.Principal,
        At = decision.At,
    };
}
