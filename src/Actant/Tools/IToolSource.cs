using Actant.Definitions;

namespace Actant.Tools;

/// <summary>
/// A type of tool definitions that may stand for tools which live elsewhere, such as those of an MCP server: they are listed when an
/// execution is submitted, and the execution keeps what was listed then.
/// </summary>
public interface IToolSource : IToolType
{
    /// <summary>Whether a definition stands for tools that must be listed before it can be compiled. Looks at the definition alone.</summary>
    bool IsOpen(ToolDefinition definition);

    /// <summary>The tools that an open definition stands for, now.</summary>
    /// <param name="definition">The definition; nothing is wrong with it.</param>
    /// <param name="tenant">Whose.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask<ToolListing> ListAsync(ToolDefinition definition, TenantId tenant, CancellationToken cancellationToken);
}
