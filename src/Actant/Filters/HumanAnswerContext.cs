namespace Actant.Filters;

/// <summary>
/// What a person, or a system for one, answers to a question of an execution: the answer to a <c>human</c> node, the decision about a call
/// with the arguments or the result that it brings. Before anything of it is stored; a refusal is the answer to whoever sent it.
/// </summary>
public sealed class HumanAnswerContext : ValueContext
{
    /// <summary>The question.</summary>
    public required string InterruptId { get; init; }

    /// <summary>Why it was asked: one of <see cref="Journaling.InterruptReasons"/>.</summary>
    public required string Reason { get; init; }

    /// <summary>The call that it is about, if it is about one.</summary>
    public string? CallId { get; init; }

    /// <summary>The tool that it is about, if it is about one.</summary>
    public string? Tool { get; init; }

    internal override string What => "an answer to a question";
}
