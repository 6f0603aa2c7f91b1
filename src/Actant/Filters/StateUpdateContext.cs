using Actant.Journaling;

namespace Actant.Filters;

/// <summary>A value that somebody writes into the state of a thread from outside, before anything of it is stored. A refusal is the answer to them.</summary>
public sealed class StateUpdateContext : ValueContext
{
    /// <summary>The key of the state.</summary>
    public required string Key { get; init; }

    /// <summary>What is done with the value.</summary>
    public required StateOperationKind Operation { get; init; }

    /// <summary>The item of a list that it concerns, if it concerns one.</summary>
    public string? Id { get; init; }

    internal override string What => $"a change of `{Key}`";
}
