using Actant;
using Actant.Access;
using Actant.Agents;
using Actant.Api;
using Actant.Definitions;
using Actant.Events;
using Actant.Executions;
using Actant.Filters;
using Actant.Hosting;
using Actant.InMemory;
using Actant.Kinds;
using Actant.LanguageModels;
using Actant.Outbox;
using Actant.Peers;
using Actant.Prices;
using Actant.Secrets;
using Actant.Storage;
using Actant.Tools;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Actant in an application of one's own; see <c>docs/embedding.md</c>.</summary>
public static class ActantServices
{
    /// <summary>
    /// Adds an <see cref="ActantEngine"/> that starts and stops with the application, with what is registered of
    /// <see cref="Tool"/>, <see cref="IToolType"/>, <see cref="IModelProvider"/>, <see cref="IOutboxSender"/>, <see cref="IFilter"/>,
    /// <see cref="IDefinitionKind"/>, <see cref="IThreadObserver"/> and <see cref="IModelPrices"/>. Without a
    /// store of its own everything is kept in memory. What the application registered itself before stays; a second call adds to
    /// the first.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Changes how the engine behaves.</param>
    public static ActantBuilder AddActant(this IServiceCollection services, Action<EngineOptions>? configure = null)
    {
        services.AddOptions();
        if (configure is not null)
        {
            services.Configure(configure);
        }

        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(IdGenerator.System);
        services.TryAddSingleton<IActantStore>(static provider =>
            new InMemoryStore(provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<IdGenerator>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IModelProvider, ScriptedModelProvider>());
        services.TryAddSingleton(static provider => new ToolRegistry(provider.GetServices<Tool>(), provider.GetServices<IToolType>()));
        services.TryAddSingleton(static provider => new ModelProviders(provider.GetServices<IModelProvider>(), provider.GetService<ISecretSource>()));
        services.TryAddSingleton(CreateEngine);
        services.TryAddSingleton<IAgentCatalogue, CatalogueChain>();
        services.TryAddSingleton(static provider => new AgentStore(
            provider.GetRequiredService<ActantEngine>(), provider.GetRequiredService<IAgentCatalogue>(), provider.GetRequiredService<IdGenerator>(), provider.GetService<ISecretStore>()));
        services.TryAddSingleton(static provider => new ApiKeys(
            provider.GetRequiredService<ActantEngine>().Store, provider.GetRequiredService<ActantEngine>().Clock, provider.GetRequiredService<IdGenerator>()));
        services.TryAddSingleton(static provider => new Authentication(provider.GetRequiredService<ApiKeys>(), provider.GetService<OwnerKey>()));
        services.TryAddSingleton(CreateOperations);
        services.TryAddSingleton(static provider => new RequestRoom(provider.GetService<BodyLimits>()));
        if (!services.Any(static service => service.ServiceType == typeof(EngineHost)))
        {
            services.AddSingleton<EngineHost>();
            services.AddSingleton<IHostedService>(static provider => provider.GetRequiredService<EngineHost>());
        }

        return new ActantBuilder(services);
    }

    private static ActantOperations CreateOperations(IServiceProvider provider)
    {
        var (engine, agents) = (provider.GetRequiredService<ActantEngine>(), provider.GetRequiredService<AgentStore>());
        return new ActantOperations(
            new ExecutionOperations(engine, agents, provider.GetService<StreamLimits>()),
            new ThreadOperations(engine),
            new AgentOperations(engine, agents, provider.GetRequiredService<IAgentCatalogue>()),
            new TokenOperations(provider.GetRequiredService<ApiKeys>(), provider.GetService<ILoggerFactory>()),
            new DeliveryOperations(engine),
            new UsageOperations(engine));
    }

    private static ActantEngine CreateEngine(IServiceProvider provider) => new(
        provider.GetRequiredService<IActantStore>(),
        provider.GetRequiredService<ToolRegistry>(),
        provider.GetRequiredService<ModelProviders>(),
        provider.GetRequiredService<IOptions<EngineOptions>>().Value,
        provider.GetServices<IFilter>(),
        provider.GetService<IModelPrices>(),
        provider.GetRequiredService<TimeProvider>(),
        provider.GetRequiredService<IdGenerator>(),
        provider.GetService<ILoggerFactory>(),
        provider.GetService<IPeerLink>(),
        new OutboxParts([.. provider.GetServices<IOutboxSender>()], new ExecutionDocument()),
        provider.GetServices<IDefinitionKind>(),
        provider.GetServices<IThreadObserver>());
}
