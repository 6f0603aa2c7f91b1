using Actant.Api;
using Actant.Executions;
using Actant.Hosting;
using Actant.InMemory;
using Actant.LanguageModels;
using Actant.Storage;
using Actant.Tiers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using StackExchange.Redis;
using Role = Actant.Access.Role;

namespace Actant.DomainActions.Tests;

/// <summary>A node that takes actions: an application as an embedder would make it. Of the tenants, acme and initech are enterprises, globex is professional.</summary>
internal sealed class ActionNode : IAsyncDisposable
{
    public static readonly TenantId Acme = new("acme");
    public static readonly TenantId Globex = new("globex");
    public static readonly TenantId Initech = new("initech");

    private readonly IHost _host;

    private ActionNode(IHost host) => _host = host;

    public ActantEngine Engine => _host.Services.GetRequiredService<ActantEngine>();

    public IReadyCheck Check => _host.Services.GetServices<IReadyCheck>().Single();

    public ActantOperations Operations => _host.Services.GetRequiredService<ActantOperations>();

    public static DomainActionOptions Options(string redis) => new() { Client = ConfigurationOptions.Parse(redis), Lease = TimeSpan.FromSeconds(2) };

    public static InMemoryStore Store() => new(TimeProvider.System, IdGenerator.System);

    /// <param name="options">How it takes actions.</param>
    /// <param name="store">Shared with other nodes; its own if absent.</param>
    /// <param name="slots">How many run at once.</param>
    /// <param name="model">A provider beside the scripted one.</param>
    public static async Task<ActionNode> StartAsync(DomainActionOptions options, IActantStore? store = null, int slots = 50, IModelProvider? model = null)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddLogging();
        if (model is not null)
        {
            builder.Services.AddSingleton(model);
        }

        var actant = builder.Services.AddActant(engine =>
        {
            engine.MaxConcurrentExecutions = slots;
            engine.ShutdownPatience = TimeSpan.FromMilliseconds(100);
            engine.Deliveries.FirstWait = TimeSpan.FromMilliseconds(50);
            engine.Deliveries.FirstBreak = TimeSpan.FromMilliseconds(200);
            engine.Tiers = new Dictionary<TenantId, TierLimits> { [Acme] = new() { Tier = "enterprise" }, [Initech] = new() { Tier = "enterprise" }, [Globex] = new() { Tier = "professional" } };
        });
        actant.AddDomainActions(options);

        // As it is: one that nodes share is not theirs to dispose of.
        builder.Services.Replace(ServiceDescriptor.Singleton(store ?? Store()));
        var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return new ActionNode(host);
    }

    /// <summary>Stores an agent that answers with a word.</summary>
    public async Task AddAgentAsync(string name, TenantId tenant, string answer = "hello", int delayMs = 0)
    {
        var document = System.Text.Json.JsonElement.Parse(
            $$"""{"name": "{{name}}", "nodes": [{"type": "orchestrator", "name": "main", "model": {"options": {"default": "{{answer}}", "delay_ms": {{delayMs}} }, "provider": "scripted", "model_name": "m"} }]}""");
        var reply = await Operations.Agents.CreateAsync(new Caller(tenant, Role.Admin, KeyId: null), new AgentDocumentCommand { Document = document }, TestContext.Current.CancellationToken);
        Assert.True(reply.IsDone, reply.Refusal?.ToString());
    }

    /// <summary>How many executions there are of a tenant.</summary>
    public async Task<IReadOnlyList<ExecutionRecord>> ExecutionsAsync(TenantId tenant) =>
        (await Engine.For(tenant).ListAsync(new ExecutionFilter(), cursor: null, limit: 1000, TestContext.Current.CancellationToken)).Items;

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        if (_host is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync();
        }
    }
}
