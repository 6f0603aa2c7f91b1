using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Actant.Definitions;
using Actant.Events;
using Actant.Filters;
using Actant.Journaling;
using Actant.Kinds;
using Actant.LanguageModels;
using Actant.Loops;
using Actant.Metering;
using Actant.Nodes;
using Actant.Outbox;
using Actant.Peers;
using Actant.Prices;
using Actant.Scheduling;
using Actant.Signals;
using Actant.Steps;
using Actant.Storage;
using Actant.Tiers;
using Actant.Tools;
using Actant.Validation;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Actant.Executions;

/// <summary>
/// The engine of one process: takes work out of a store and runs it, and gives tenants their clients. Several engines may
/// share one store.
/// </summary>
public sealed class ActantEngine : IAsyncDisposable
{
    private static readonly TimeSpan s_pauseOfStart = TimeSpan.FromSeconds(1);

    private readonly LoopServices _services;
    private readonly Scheduler _scheduler;
    private readonly QueueMeter _queue;
    private readonly DefinitionCompiler _compiler;
    private readonly ConcurrentDictionary<TenantId, ExecutionClient> _clients = [];

    /// <summary>An engine that does not run yet.</summary>
    /// <param name="store">Where everything is kept. Stays the caller's.</param>
    /// <param name="tools">The tools that definitions may name.</param>
    /// <param name="models">The providers of models.</param>
    /// <param name="options">How it behaves.</param>
    /// <param name="filters">What everything passes, in this order.</param>
    /// <param name="prices">What tokens cost; nothing by default.</param>
    /// <param name="time">This process's clocks, for waiting; whatever is stored goes by the store's.</param>
    /// <param name="ids">Where ids come from.</param>
    /// <param name="logs">Where to log.</param>
    /// <param name="peers">The way to other nodes that share the store; without it readers get from them only what is stored.</param>
    /// <param name="outbox">What results are delivered with; without it nothing can be.</param>
    /// <param name="kinds">The kinds of definitions that it knows beside agents.</param>
    /// <param name="observers">Who hears what its loops publish.</param>
    /// <exception cref="ArgumentException">Two senders have one scheme, or two kinds of definitions one name; a filter is none of any kind; two options contradict each other.</exception>
    public ActantEngine(
        IActantStore store,
        ToolRegistry tools,
        ModelProviders models,
        EngineOptions? options = null,
        IEnumerable<IFilter>? filters = null,
        IModelPrices? prices = null,
        TimeProvider? time = null,
        IdGenerator? ids = null,
        ILoggerFactory? logs = null,
        IPeerLink? peers = null,
        OutboxParts? outbox = null,
        IEnumerable<IDefinitionKind>? kinds = null,
        IEnumerable<IThreadObserver>? observers = null)
    {
        Store = store;
        Tools = tools;
        Models = models;
        Options = options ?? new EngineOptions();
        Options.CheckOrder();
        var clock = new StoreClock(time ?? TimeProvider.System, store);
        var known = new DefinitionKinds(kinds);
        _compiler = new DefinitionCompiler(tools, models, known);
        var capabilities = new Capabilities(tools, models, known);
        var log = (logs ?? NullLoggerFactory.Instance).CreateLogger("Actant.Executions");
        var chains = new FilterChains(filters ?? [], log);
        var loader = new ThreadLoader(store);
        var readers = new PeerReaders(peers, store, loader, clock, log);
        var calls = new GrantedCalls(
            request => readers.Session is { } session ? store.TakeGrantAsync(request with { Session = session }, CancellationToken.None) : new((Grant?)null), clock);
        var random = new LockedRandom();
        var meter = new EngineMeter();
        var pump = new OutboxPump(
            store, new OutboxSenders(outbox?.Senders ?? []), new DeliveryDocuments(For, outbox, Options.Deliveries), new ThreadDeliveries(For), Options.Deliveries, clock, random, meter.Meter,
            (logs ?? NullLoggerFactory.Instance).CreateLogger("Actant.Outbox"));
        _services = new LoopServices
        {
            Store = store,
            Loader = loader,
            Peers = readers,
            Cache = new ThreadCache(Options),
            Memory = new StateMemory(Options.StateMemoryBytes),
            Storage = new StorageRoom(store, Options.TierOf, clock),
            Programs = new ProgramCache(store, known, _compiler, capabilities, () => Context(static _ => true), Options.DefinitionCacheBytes),
            Kinds = known,
            Capabilities = capabilities,
            Runner = new StepRunner(new ToolGate(clock, calls), chains, prices ?? new FreeModels(), Options, clock),
            Filters = chains,
            Hub = new EventHub(Options.ReaderBuffer, new ThreadObservers(observers ?? [], log)),
            Waiters = new EndWaiters(),
            Options = Options,
            Time = clock,
            Ids = ids ?? IdGenerator.System,
            Outbox = pump,
            Random = random,
            Meter = meter,
            Late = new LateReports(store, clock, meter, log),
            Log = log,
        };
        _scheduler = new Scheduler(_services);
        _services.Meter.Watch(() => _scheduler.Held, () => Options.MaxConcurrentExecutions);
        StorageMeter.Watch(_services.Meter.Meter, _services.Storage);
        _queue = new QueueMeter(_services.Meter.Meter, store, Options.Tiers.Values, Options.TierOf, clock);
    }

    /// <summary>Where everything is kept.</summary>
    public IActantStore Store { get; }

    /// <summary>The tools that definitions may name.</summary>
    public ToolRegistry Tools { get; }

    /// <summary>The providers of models.</summary>
    public ModelProviders Models { get; }

    /// <summary>How it behaves.</summary>
    public EngineOptions Options { get; }

    /// <summary>
    /// Its numbers, under the name <c>Actant</c>, which is all that OpenTelemetry needs; <c>docs/metrics.md</c> lists them. The
    /// object itself tells the engines of one process apart.
    /// </summary>
    public Meter Meter => _services.Meter.Meter;

    /// <summary>
    /// Counts what waits in the store, for the numbers of the queue, unless that was done within 5 s. Before a look at
    /// <see cref="Meter"/> it makes them new; without it they are those of the look before. Never fails.
    /// </summary>
    public Task MeasureQueueAsync() => _queue.MeasureAsync();

    /// <summary>Whether it takes work: its session is alive.</summary>
    public bool IsRunning => _scheduler.IsRunning;

    /// <summary>How many more executions may begin here now: what is taken beyond waits in the store.</summary>
    public int FreeSlots => Math.Max(0, Options.MaxConcurrentExecutions - _scheduler.Held);

    /// <summary>The store's clock, by which everything goes that is stored.</summary>
    internal StoreClock Clock => _services.Time;

    /// <summary>What the states of executions hold, and looks at them.</summary>
    internal StateMemory Memory => _services.Memory;

    /// <summary>What tenants may store, and do.</summary>
    internal StorageRoom Storage => _services.Storage;

    /// <summary>Reads threads.</summary>
    internal ThreadLoader Loader => _services.Loader;

    /// <summary>The program of a definition that was validated and linked.</summary>
    /// <exception cref="DefinitionException">It cannot be used here.</exception>
    internal DefinitionProgram Compile(Definition definition) => _compiler.Compile(definition);

    /// <summary>The threads that are owned or read here.</summary>
    internal EventHub Hub => _services.Hub;

    /// <summary>What a tenant can ask for.</summary>
    public ExecutionClient For(TenantId tenant) => _clients.GetOrAdd(tenant, static (key, engine) => new ExecutionClient(engine._services, engine._scheduler, key), this);

    /// <summary>Opens a session and begins to take work.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    public Task StartAsync(CancellationToken cancellationToken) => _scheduler.StartAsync(cancellationToken);

    /// <summary>The same, as soon as the store answers: it was there a moment ago, and a process that ends because of it helps nobody.</summary>
    internal async Task StartWhenStoreAnswersAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await StartAsync(cancellationToken);
                return;
            }
            catch (StoreUnavailableException exception)
            {
                LoopLog.StoreAway(_services.Log, exception.Message);
                await Task.Delay(s_pauseOfStart, _services.Time, cancellationToken);
            }
        }
    }

    /// <summary>
    /// Stops gracefully: takes nothing new, lets running steps end within <see cref="EngineOptions.ShutdownPatience"/>, hands the
    /// threads over where they stand. Idempotent.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait for running steps: they are aborted, and handed over all the same.</param>
    public Task StopAsync(CancellationToken cancellationToken) => _scheduler.StopAsync(cancellationToken);

    /// <summary>
    /// What happens on a thread that this process owns, for another node that has readers of it; ends with the ownership, at once
    /// if there is none.
    /// </summary>
    public IAsyncEnumerable<PeerMessage> RelayAsync(ThreadKey thread, CancellationToken cancellationToken) => Hub.RelayAsync(thread, cancellationToken);

    /// <summary>What is wrong with a definition for this engine.</summary>
    /// <param name="definition">The definition.</param>
    /// <param name="agentExists">Whether an agent of a name exists, for tools of type <c>agent</c>.</param>
    public IReadOnlyList<DefinitionProblem> Validate(Definition definition, Func<string, bool>? agentExists = null) =>
        _services.Kinds.Validate(definition, Context(agentExists));

    /// <summary>
    /// Resolves the agents that a definition's tools of type <c>agent</c> name, at any depth, and lists the tools that live elsewhere
    /// (<see cref="IToolSource"/>), and checks them all for this engine. An agent with such tools must be linked before it is submitted; any
    /// other one comes back as it is.
    /// </summary>
    /// <param name="tenant">Whose agents.</param>
    /// <param name="agent">The definition, validated.</param>
    /// <param name="agents">Where its agents are found.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async ValueTask<DefinitionResult> LinkAsync(TenantId tenant, AgentDefinition agent, IAgentCatalogue agents, CancellationToken cancellationToken)
    {
        var linked = await new AgentLinker(agents).LinkAsync(tenant, agent, cancellationToken);
        linked = linked.Definition is { } called ? await new ToolLinker(Tools).LinkAsync(tenant, called, cancellationToken) : linked;
        return linked.Definition is not { } whole ? linked : new DefinitionResult(whole, [
            .. from tool in agent.Tools.Index()
               where whole.Agents.ContainsKey(tool.Item.Name)
               from problem in ProblemsOf(whole.Agents[tool.Item.Name], tenant)
               select problem with { Path = $"$.tool_definitions[{tool.Index}].config.agent" },
        ]);
    }

    /// <summary>What is on offer here, for reading and validating definitions of the tenant <c>default</c>.</summary>
    public DefinitionContext Context(Func<string, bool>? agentExists = null) =>
        EngineContext.Of(Tools, Models, agentExists) with { CheckDeliveries = (targets, path) => _services.Outbox.Senders.Check(TenantId.Default, targets, path) };

    /// <summary>The same for definitions of a tenant whose agents are looked up by <see cref="LinkAsync"/>.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="mayUseKey">Which keys that came with agents it may use; none if absent.</param>
    internal DefinitionContext ContextOf(TenantId tenant, Func<string, bool>? mayUseKey = null) => Context(static _ => true) with
    {
        Tenant = tenant,
        MayUseKey = mayUseKey ?? (static _ => false),
        CheckDeliveries = (targets, path) => _services.Outbox.Senders.Check(tenant, targets, path),
    };

    // Whoever stored an agent was let use its key.
    private IEnumerable<DefinitionProblem> ProblemsOf(AgentDefinition inner, TenantId tenant) =>
        DefinitionValidator.Validate(inner, ContextOf(tenant, static _ => true))
            .Select(problem => problem with { Message = $"`{inner.Name}`, {problem.Path}: {problem.Message}" })
            .Concat(inner.Agents.Values.SelectMany(nested => ProblemsOf(nested, tenant)));

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        await _services.Outbox.DisposeAsync();
        _services.Meter.Dispose();
    }
}
