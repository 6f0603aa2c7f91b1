using Actant.Executions;

namespace Actant.Api;

/// <summary>What a person decided about a tool call.</summary>
public sealed record AuditedDecisionView
{
    /// <summary>The question.</summary>
    public required string InterruptId { get; init; }

    /// <summary>Why they were asked.</summary>
    public required string Reason { get; init; }

    /// <summary>What was decided.</summary>
    public required string Decision { get; init; }

    /// <summary>Who decided.</summary>
    public Principal? Principal { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The view.</summary>
    internal static AuditedDecisionView Of(AuditedDecision decision) => new()
    {
        InterruptId = decision.InterruptId,
        Reason = decision.Reason,
        Decision = decision.Decision,
        Principal = decision.Principal,
        At = decision.At,
    };
}
