using Actant.Egress;
using Actant.Mcp;

namespace Actant.Server.Settings;

/// <summary>What may leave the process, and the secrets that go along: the sections <c>Egress</c>, <c>Mcp</c> and <c>Secrets</c>.</summary>
internal sealed record OutboundSettings
{
    public EgressPolicy Policy { get; init; } = new();

    /// <summary>The MCP servers whose tools there are.</summary>
    public McpOptions Mcp { get; init; } = new();

    /// <summary>The folder of mounted secrets, where one was named.</summary>
    public string? SecretsFolder { get; init; }

    /// <summary>The key file of the encrypted store; in the data folder if none was named.</summary>
    public string? SecretsKeyFile { get; init; }

    /// <summary>The key itself, where the environment has it.</summary>
    public string? SecretsKey { get; init; }
}
