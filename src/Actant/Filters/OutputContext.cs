namespace Actant.Filters;

/// <summary>
/// What an execution gives in the end, before its end is stored and anybody is told. A refusal is its failure. The answers that it was
/// made of are stored and shown by then: those are for <see cref="ModelCallContext"/> and <see cref="IStreamFilter"/>.
/// </summary>
public sealed class OutputContext : ValueContext
{
    /// <summary>The message that it is the text of, if it is one.</summary>
    public string? MessageId { get; init; }

    internal override string What => "an output";
}
