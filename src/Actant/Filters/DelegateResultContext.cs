namespace Actant.Filters;

/// <summary>What another agent answered that was called as a tool, before whoever called it is told.</summary>
public sealed class DelegateResultContext : ValueContext
{
    /// <summary>The call.</summary>
    public required string CallId { get; init; }

    /// <summary>The name under which it was called.</summary>
    public required string Delegate { get; init; }

    internal override string What => $"the answer of '{Delegate}'";
}
