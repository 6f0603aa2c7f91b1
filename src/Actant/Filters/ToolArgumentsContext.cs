namespace Actant.Filters;

/// <summary>
/// The arguments of a tool call, once for each call: after the schema check and before a person approves them. They are sent as they
/// leave the filters, by every attempt, and after a crash too. A refusal goes to the model as the result of the call.
/// </summary>
public sealed class ToolArgumentsContext : ValueContext
{
    /// <summary>The call.</summary>
    public required string CallId { get; init; }

    /// <summary>The tool's name, as the agent has it.</summary>
    public required string Tool { get; init; }

    /// <summary>What a repeated call would do.</summary>
    public required ToolClass Class { get; init; }

    /// <summary>Whether a person is asked before the call is made.</summary>
    public bool RequiresApproval { get; init; }

    internal override string What => $"the arguments of '{Tool}'";
}
