namespace Actant.Definitions;

/// <summary>Nodes and edges over a state; an agent's, or nested in a node of type <c>graph</c>.</summary>
public sealed record GraphDefinition
{
    /// <summary>Where work is done.</summary>
    public required IReadOnlyList<NodeDefinition> Nodes { get; init; }

    /// <summary>What may follow what.</summary>
    public IReadOnlyList<EdgeDefinition> Edges { get; init; } = [];

    /// <summary>The keys of the state; a key that is not listed is replaced on writing.</summary>
    public IReadOnlyDictionary<string, StateKeyDefinition> State { get; init; } = new Dictionary<string, StateKeyDefinition>();
}
