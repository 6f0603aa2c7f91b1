using System.Diagnostics.CodeAnalysis;
using Actant.Definitions;

namespace Actant.Tools;

/// <summary>A type of tool definitions, such as <c>http</c>: makes tools of what users wrote.</summary>
public interface IToolType
{
    /// <summary>What a definition's <c>type</c> says.</summary>
    string Name { get; }

    /// <summary>
    /// Makes the tool. Looks at the definition alone: an execution that was stored goes on although a secret or a rule has changed,
    /// and learns of that by its call.
    /// </summary>
    /// <param name="definition">The definition.</param>
    /// <param name="tool">The tool, if nothing is wrong. Its parameters, class and limits are the definition's where that has them.</param>
    /// <param name="problems">All that is wrong, with paths relative to the definition (<c>$.config.url</c>).</param>
    bool TryCreate(ToolDefinition definition, [NotNullWhen(true)] out Tool? tool, out IReadOnlyList<DefinitionProblem> problems);

    /// <summary>What is wrong with a definition that can be made, in the place where it shall run now: hosts, secrets.</summary>
    /// <param name="definition">The definition.</param>
    /// <param name="tenant">Whose secrets it will find.</param>
    IReadOnlyList<DefinitionProblem> CheckPlace(ToolDefinition definition, TenantId tenant);
}
