using System.Net;
using System.Text;
using System.Text.Json;
using Actant.Agents;
using Actant.Definitions;
using Actant.Egress;
using Actant.Executions;
using Actant.Secrets;
using Actant.Testing.Executions;
using Actant.Tools;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Actant.Mcp.Tests;

/// <summary>An engine with MCP servers.</summary>
internal sealed class McpHost : IAsyncDisposable
{
    private readonly ServiceProvider _provider;
    private bool _isStarted;

    public McpHost(McpOptions options, TimeProvider? time = null, EgressPolicy? policy = null, ISecretSource? secrets = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton<ILoggerFactory>(Log);
        services.AddSingleton(secrets ?? new EnvironmentSecrets(static _ => null));
        services.AddSingleton<IEgressAudit>(Audit);
        if (time is not null)
        {
            services.AddSingleton(time);
        }

        services.AddActant().AddHttpTools(policy ?? new EgressPolicy { AllowedNetworks = [IPNetwork.Parse("127.0.0.1/32")] }).AddMcpTools(options);
        _provider = services.BuildServiceProvider();
    }

    public LogLines Log { get; } = new();

    public AuditList Audit { get; } = new();

    public ActantEngine Engine => _provider.GetRequiredService<ActantEngine>();

    public McpConnections Connections => _provider.GetRequiredService<McpConnections>();

    public McpToolType Type => _provider.GetServices<IToolType>().OfType<McpToolType>().Single();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A program for Node as a server.</summary>
    public static McpServerOptions Node(string name, params string[] arguments) => new()
    {
        Name = name,
        Command = "node",
        Arguments = arguments,
        Folder = Path.Combine(AppContext.BaseDirectory, "Node"),
    };

    /// <summary>The hostile server in one of its moods.</summary>
    public static McpHost Hostile(string mode, TimeProvider? time = null, Func<McpServerOptions, McpServerOptions>? change = null, Func<McpOptions, McpOptions>? set = null)
    {
        var server = Node("hostile", "hostile.js", mode);
        var options = new McpOptions { Servers = [change?.Invoke(server) ?? server], StartTimeout = TimeSpan.FromMinutes(1) };
        return new McpHost(set?.Invoke(options) ?? options, time);
    }

    public static ToolDefinition Definition(string config = """{"server": "hostile"}""", ToolClass? sideEffects = null, string name = "srv") =>
        new() { Name = name, Type = "mcp", Config = JsonElement.Parse(config), SideEffects = sideEffects };

    public ValueTask<ToolListing> ListAsync(ToolDefinition? definition = null, TenantId? tenant = null) =>
        Type.ListAsync(definition ?? Definition(), tenant ?? TenantId.Default, Token);

    /// <summary>Calls a tool that was listed.</summary>
    public async ValueTask<ToolResult> CallAsync(ListedTool tool, string arguments = "{}", CancellationToken? cancellationToken = null, TenantId? tenant = null)
    {
        var definition = new ToolDefinition { Name = tool.Name, Type = "mcp", Config = tool.Config, Parameters = tool.Parameters };
        Assert.True(Type.TryCreate(definition, out var made, out var problems), string.Join(' ', problems));
        var call = new ToolCall
        {
            CallId = "call_1",
            Attempt = 1,
            IdempotencyKey = "key-1",
            Arguments = JsonElement.Parse(arguments),
            Context = new ToolContext(new ThreadKey(tenant ?? TenantId.Default, "thread"), new ExecutionId(Guid.Empty), "agent", "main#1"),
        };
        return await made.InvokeAsync(call, cancellationToken ?? Token);
    }

    /// <summary>Links and submits a definition.</summary>
    public async Task<ExecutionId> SubmitAsync(string yaml, string input)
    {
        if (!_isStarted)
        {
            await Engine.StartAsync(Token);
            _isStarted = true;
        }

        var linked = await LinkAsync(yaml);
        Assert.True(linked.Definition is not null, string.Join('\n', linked.Problems));
        var reply = await Engine.For(TenantId.Default).SubmitAsync(new SubmitRequest { Definition = linked.Definition, Input = JsonSerializer.SerializeToElement(input) }, Token);
        Assert.True(reply.IsDone, reply.Refusal?.Message);
        return reply.Value.Id;
    }

    public async Task<DefinitionResult> LinkAsync(string yaml)
    {
        var read = DefinitionReader.Read(Encoding.UTF8.GetBytes(yaml));
        Assert.True(read.Definition is not null, string.Join('\n', read.Problems));
        Assert.Empty(Engine.Validate(read.Definition));
        return await Engine.LinkAsync(TenantId.Default, read.Definition, _provider.GetRequiredService<AgentStore>(), Token);
    }

    public async Task<ExecutionResult> RunAsync(string yaml, string input)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(Token);
        late.CancelAfter(TimeSpan.FromMinutes(2));
        return await Engine.For(TenantId.Default).WaitAsync(await SubmitAsync(yaml, input), late.Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (_isStarted)
        {
            await Engine.StopAsync(CancellationToken.None);
        }

        await _provider.DisposeAsync();
    }
}
