using Actant.Definitions;
using Actant.Journaling;

namespace Actant.Nodes;

/// <summary>A definition, compiled. Immutable and shared by all its executions.</summary>
/// <param name="Definition">What was compiled.</param>
/// <param name="Root">Its graph.</param>
/// <param name="Pin">What else decides how it runs.</param>
/// <param name="Spawned">Its nodes that run as children, each by its own name and those of the nodes around it.</param>
internal sealed record DefinitionProgram(Definition Definition, GraphProgram Root, DefinitionPin Pin, IReadOnlyDictionary<string, GraphNodeProgram> Spawned)
{
    /// <summary>The node that this is the program of, where it is that of a child.</summary>
    public GraphNodeProgram? Child { get; private init; }

    /// <summary>The program of a child: of one node alone.</summary>
    /// <exception cref="DefinitionException">There is no such node.</exception>
    public DefinitionProgram At(string node) => Spawned.TryGetValue(node, out var child)
        ? this with { Root = child.Nested, Child = child }
        : throw new DefinitionException([new("$.nodes", DefinitionErrors.UnknownNode, $"There is no node `{node}` that runs as a child.")]);
}
