using System.Text.Json;

namespace Actant.Tools;

/// <summary>A tool as it was listed: it becomes a definition of its own, of the same type, with the policies of the one that stood for it.</summary>
public sealed record ListedTool
{
    /// <summary>How nodes and models shall name it; changed where it cannot be a name, or is taken.</summary>
    public required string Name { get; init; }

    /// <summary>What the model is told.</summary>
    public string Description { get; init; } = "";

    /// <summary>The JSON Schema of its arguments, which says that they are an object.</summary>
    public required JsonElement Parameters { get; init; }

    /// <summary>The <c>config</c> of its definition, which is not open.</summary>
    public required JsonElement Config { get; init; }

    /// <summary>Its class, where that is stricter than the definition says.</summary>
    public ToolClass? SideEffects { get; init; }
}
