using System.Text;
using Actant.Agents;
using Actant.Chat;
using Actant.Definitions;
using Actant.Egress;
using Actant.Events;
using Actant.Executions;
using Actant.Filters;
using Actant.HttpTools;
using Actant.Kinds;
using Actant.LanguageModels;
using Actant.Outbox;
using Actant.Secrets;
using Actant.Storage;
using Actant.Tools;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Actant.Hosting;

/// <summary>What an application gives its engine. Everything is made once, when the application starts.</summary>
/// <param name="services">The application's services.</param>
public sealed class ActantBuilder(IServiceCollection services)
{
    /// <summary>The application's services, for what has no method here.</summary>
    public IServiceCollection Services { get; } = services;

    /// <summary>Adds a tool that the container makes: its constructor may ask for singletons.</summary>
    public ActantBuilder AddTool<T>()
        where T : Tool
    {
        Services.AddSingleton<Tool, T>();
        return this;
    }

    /// <summary>Adds a tool.</summary>
    public ActantBuilder AddTool(Tool tool)
    {
        Services.AddSingleton(tool);
        return this;
    }

    /// <summary>
    /// Adds any function of Microsoft.Extensions.AI. Each call has a scope of its own, which the function finds in
    /// <see cref="AIFunctionArguments.Services"/>.
    /// </summary>
    /// <param name="function">The function; one that is marked to require approval asks a person before each call.</param>
    /// <param name="toolClass">What a repeated call would do. Unless it is stated, a call that was cut off is never repeated by itself.</param>
    public ActantBuilder AddTool(AIFunction function, ToolClass toolClass = ToolClass.Unsafe)
    {
        Services.AddSingleton<Tool>(provider => new FunctionTool(function, toolClass, provider.GetRequiredService<IServiceScopeFactory>()));
        return this;
    }

    /// <summary>
    /// Adds <c>http_request</c> and tools of type <c>http</c>, behind one <see cref="EgressGuard"/>. Secrets come from the
    /// <see cref="ISecretSource"/> that the application registered, else from the environment; an <see cref="IEgressAudit"/> is told
    /// of every request.
    /// </summary>
    /// <param name="policy">What is let out; public addresses by default.</param>
    public ActantBuilder AddHttpTools(EgressPolicy? policy = null)
    {
        AddGuard(policy);
        Services.AddSingleton<Tool, HttpRequestTool>();
        Services.AddSingleton<IToolType, HttpToolType>();
        return this;
    }

    /// <summary>Adds tools of type <c>slack</c>, behind the same <see cref="EgressGuard"/> as <see cref="AddHttpTools"/>.</summary>
    public ActantBuilder AddSlackTools()
    {
        AddGuard(policy: null);
        Services.AddSingleton<IToolType, SlackToolType>();
        return this;
    }

    /// <summary>
    /// Lets results be delivered by HTTP, as <c>deliver_to</c> and <c>callback_url</c> ask for: behind the same <see cref="EgressGuard"/> as
    /// <see cref="AddHttpTools"/>, signed with keys of the same <see cref="ISecretSource"/>.
    /// </summary>
    /// <param name="policy">What is let out; that of <see cref="AddHttpTools"/> if absent, else public addresses.</param>
    public ActantBuilder AddWebhooks(EgressPolicy? policy = null)
    {
        AddGuard(policy);
        return AddOutboxSender(static provider => Webhooks("https", provider)).AddOutboxSender(static provider => Webhooks("http", provider));

        static WebhookSender Webhooks(string scheme, IServiceProvider provider) => new(
            scheme, provider.GetRequiredService<EgressGuard>(), provider.GetRequiredService<ISecretSource>(), provider.GetRequiredService<TimeProvider>());
    }

    /// <summary>Adds a sender: results can be delivered to addresses of its scheme.</summary>
    public ActantBuilder AddOutboxSender(IOutboxSender sender) => AddOutboxSender(_ => sender);

    /// <summary>Adds a sender that needs other services.</summary>
    public ActantBuilder AddOutboxSender(Func<IServiceProvider, IOutboxSender> sender)
    {
        Services.AddSingleton(sender);
        return this;
    }

    /// <summary>Adds an observer that needs other services: it hears what the loops of this process publish.</summary>
    public ActantBuilder AddThreadObserver(Func<IServiceProvider, IThreadObserver> observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        Services.AddSingleton(observer);
        return this;
    }

    /// <summary>
    /// Adds a filter that the container makes once: its constructor may ask for singletons. Filters are passed in the order in which they
    /// were added; one class may filter several kinds of values and calls.
    /// </summary>
    public ActantBuilder AddFilter<T>()
        where T : class, IFilter
    {
        Services.AddSingleton<IFilter, T>();
        return this;
    }

    /// <summary>Adds a filter.</summary>
    public ActantBuilder AddFilter(IFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return AddFilter(_ => filter);
    }

    /// <summary>Adds a filter that needs other services.</summary>
    public ActantBuilder AddFilter(Func<IServiceProvider, IFilter> filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        Services.AddSingleton(filter);
        return this;
    }

    /// <summary>Adds a kind of definitions: what is submitted of it runs as agents do. See <c>docs/embedding.md</c>.</summary>
    public ActantBuilder AddDefinitionKind(IDefinitionKind kind)
    {
        ArgumentNullException.ThrowIfNull(kind);
        Services.AddSingleton(kind);
        return this;
    }

    /// <summary>Adds the model of every node and agent that names none.</summary>
    public ActantBuilder AddModel(IChatClient client) => AddModel(GivenModelProvider.DefaultName, client);

    /// <summary>Adds a model: definitions name it as <c>{provider: name, model_name: …}</c>, and the client hears the second name as the model's id.</summary>
    public ActantBuilder AddModel(string name, IChatClient client) => AddModel(name, _ => client);

    /// <summary>Adds a model whose client needs other services.</summary>
    public ActantBuilder AddModel(string name, Func<IServiceProvider, IChatClient> client)
    {
        Services.AddSingleton<IModelProvider>(provider => new GivenModelProvider(name, client(provider)));
        return this;
    }

    /// <summary>Adds a provider of models that the container makes.</summary>
    public ActantBuilder AddModelProvider<T>()
        where T : class, IModelProvider
    {
        Services.AddSingleton<IModelProvider, T>();
        return this;
    }

    /// <summary>Adds an agent from a definition in JSON or YAML.</summary>
    /// <exception cref="DefinitionException">It cannot be read. What it says of tools and models is checked when the application starts.</exception>
    public ActantBuilder AddAgent(string definition)
    {
        var read = DefinitionReader.Read(Encoding.UTF8.GetBytes(definition));
        return AddAgent(read.Definition ?? throw new DefinitionException(read.Problems));
    }

    /// <summary>Adds an agent. It is also the keyed service <see cref="IChatClient"/> of its name.</summary>
    public ActantBuilder AddAgent(AgentDefinition agent)
    {
        Services.AddSingleton(new CodeAgent(agent));
        Services.AddKeyedSingleton<IChatClient>(agent.Name, static (provider, name) => new AgentChatClient(
            provider.GetRequiredService<ActantEngine>(), provider.GetRequiredService<AgentStore>(), (string)name!));
        return this;
    }

    /// <summary>Adds a source of agents. A name is looked for among the agents of the code first, then in the sources as they were added.</summary>
    public ActantBuilder AddAgents(Func<IServiceProvider, IAgentCatalogue> source)
    {
        Services.AddSingleton(new CatalogueSource(source));
        return this;
    }

    private void AddGuard(EgressPolicy? policy)
    {
        Services.TryAddSingleton<ISecretSource>(static _ => new EnvironmentSecrets());
        if (policy is null && Services.Any(static service => service.ServiceType == typeof(EgressGuard)))
        {
            return;
        }

        Services.AddSingleton(provider => new EgressGuard(
            policy ?? new EgressPolicy(), audit: provider.GetService<IEgressAudit>(), time: provider.GetRequiredService<TimeProvider>()));
    }

    /// <summary>Keeps everything in a store that the container makes and disposes of; the last one wins.</summary>
    public ActantBuilder UseStore(Func<IServiceProvider, IActantStore> store)
    {
        Services.Replace(ServiceDescriptor.Singleton(store));
        return this;
    }
}
