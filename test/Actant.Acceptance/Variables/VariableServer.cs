using System.Globalization;
using Actant.Orchestrator.Tests;
using Actant.Testing;
using Actant.Testing.Vendors;
using Actant.Vault.Tests;

namespace Actant.Acceptance.Variables;

/// <summary>A server beside everything that the variables of other systems name, and that is told of it by nothing else.</summary>
public sealed class VariableServer : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private ActantProcess? _server;

    internal ActantProcess Server => _server ?? throw new InvalidOperationException("The server does not run.");

    internal FakeOpenAI OpenAI { get; } = new();

    internal FakeVault Vault { get; private set; } = null!;

    internal RedisServer Redis { get; private set; } = null!;

    internal OrchestratorServer Orchestrator { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var port = FreePort.Find();
        Orchestrator = new OrchestratorServer(port);
        await Orchestrator.StartAsync();
        await OpenAI.StartAsync();
        Redis = await RedisServer.StartAsync();
        Vault = await FakeVault.StartAsync();
        Vault.Secrets["agent-executor/llm-providers/openai"] = new() { ["api_key"] = FakeVendor.Key };
        _server = await ActantProcess.ServeAsync(
            _folder.Path,
            ("VAULT_ADDR", Vault.Address.AbsoluteUri),
            ("ACTANT__VAULT__TOKENFILE", _folder.Write("jwt", "service-account")),
            ("OPENAI_BASE_URL", OpenAI.Address.AbsoluteUri),
            ("REDIS_HOST", "127.0.0.1"),
            ("REDIS_PORT", Redis.Port.ToString(CultureInfo.InvariantCulture)),
            ("ORCHESTRATOR_WS_URL", $"ws://127.0.0.1:{port}/ws/task_updates"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        await Orchestrator.DisposeAsync();
        await Vault.DisposeAsync();
        await Redis.DisposeAsync();
        await OpenAI.DisposeAsync();
        _folder.Dispose();
    }
}
