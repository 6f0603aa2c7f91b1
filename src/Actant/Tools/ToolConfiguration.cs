using System.Text.Json;
using Actant.Definitions;

namespace Actant.Tools;

/// <summary>Lays a definition's <c>config</c> over a tool that takes one.</summary>
internal static class ToolConfiguration
{
    /// <summary>The tool as configured, the tool itself if there is nothing to configure, <c>null</c> with problems.</summary>
    public static Tool? Apply(Tool tool, ToolDefinition definition, ICollection<DefinitionProblem> problems) =>
        tool is IConfigurableTool configurable && definition.Config is { ValueKind: JsonValueKind.Object } config && !config.TryGetProperty("class", out _)
            ? configurable.Configure(config, problems)
            : tool;
}
