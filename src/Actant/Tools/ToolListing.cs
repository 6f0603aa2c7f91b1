namespace Actant.Tools;

/// <summary>The tools that one definition stands for, or why they cannot be listed.</summary>
public sealed record ToolListing
{
    /// <summary>The tools, in the order in which models shall see them.</summary>
    public IReadOnlyList<ListedTool> Tools { get; init; } = [];

    /// <summary>Why there are none, with paths relative to the definition (<c>$.config.server</c>).</summary>
    public IReadOnlyList<DefinitionProblem> Problems { get; init; } = [];
}
