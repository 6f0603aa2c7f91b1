using System.Text.Json;

namespace Actant.Tools;

/// <summary>A tool that a definition of type <c>builtin</c> or <c>code</c> can configure by <c>config</c>.</summary>
public interface IConfigurableTool
{
    /// <summary>The tool as configured.</summary>
    /// <param name="config">An object; it may hold <c>tool</c>, the name that is configured.</param>
    /// <param name="problems">Takes what is wrong, with paths relative to the definition (<c>$.config.methods</c>).</param>
    /// <returns>The tool under the same name; <c>null</c> if something is wrong.</returns>
    Tool? Configure(JsonElement config, ICollection<DefinitionProblem> problems);
}
