namespace Actant.Executions;

/// <summary>What a person was asked about a call, and who decided.</summary>
public sealed record AuditedDecision
{
    /// <summary>The question.</summary>
    public required string InterruptId { get; init; }

    /// <summary>Why it was asked: <c>tool_approval</c> or <c>tool_outcome_unknown</c>.</summary>
    public required string Reason { get; init; }

    /// <summary>The word of the answer: <c>approve</c>, <c>edit</c>, <c>reject</c>, <c>respond</c>, <c>retry</c>, <c>happened</c> or <c>failed</c>.</summary>
    public required string Decision { get; init; }

    /// <summary>Who decided, as the way in knew them; <c>null</c> where it did not say.</summary>
    public Principal? Principal { get; init; }

    /// <summary>When it was stored.</summary>
    public required DateTimeOffset At { get; init; }
}
