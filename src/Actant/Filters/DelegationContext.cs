namespace Actant.Filters;

/// <summary>What another agent is told to do that is called as a tool: the arguments of the call, with its <c>task</c>, before it begins.</summary>
public sealed class DelegationContext : ValueContext
{
    /// <summary>The call.</summary>
    public required string CallId { get; init; }

    /// <summary>The name under which it is called.</summary>
    public required string Delegate { get; init; }

    /// <summary>Whether a person is asked before it begins.</summary>
    public bool RequiresApproval { get; init; }

    internal override string What => $"what '{Delegate}' is told to do";
}
