namespace Actant.Definitions;

/// <summary>One edge.</summary>
/// <param name="From">The source; <c>start</c> marks the target as an entry.</param>
/// <param name="To">The target; <c>end</c> marks the source as an output.</param>
/// <param name="Type">What it means.</param>
/// <param name="Condition">For conditional edges: a boolean expression over the state.</param>
public sealed record EdgeDefinition(string From, string To, EdgeType Type, string? Condition = null)
{
    /// <summary>The pseudo-node before the entries (<c>START</c> and <c>__start__</c> are read as this).</summary>
    public const string Start = "start";

    /// <summary>The pseudo-node behind the outputs (<c>END</c> and <c>__end__</c> are read as this).</summary>
    public const string End = "end";
}
