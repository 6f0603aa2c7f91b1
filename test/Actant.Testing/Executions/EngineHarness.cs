using System.Text;
using System.Text.Json;
using Actant.Api;
using Actant.Definitions;
using Actant.Executions;
using Actant.Filters;
using Actant.InMemory;
using Actant.Journaling;
using Actant.Kinds;
using Actant.LanguageModels;
using Actant.Prices;
using Actant.Storage;
using Actant.Tools;

namespace Actant.Testing.Executions;

/// <summary>
/// Engines on one store with a clock that the test moves and models and tools that wait for it. Definitions name the model
/// <c>{provider: gated, model_name: any}</c> or the scripted one, and the tools that were given.
/// </summary>
public sealed class EngineHarness : IAsyncDisposable
{
    /// <summary>How long anything may take on a real clock before the test counts as hung.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Real time for what the clock has set going, before it moves on.</summary>
    private static readonly TimeSpan s_breath = TimeSpan.FromMilliseconds(40);

    private static readonly Task s_never = new TaskCompletionSource().Task;

    private readonly List<EngineNode> _nodes = [];
    private readonly Tool[] _tools;
    private readonly Action<EngineOptions>? _configure;

    private readonly IModelProvider[] _models;
    private readonly IModelPrices? _prices;
    private readonly IFilter[] _filters;
    private readonly FoldWatch _watch;

    private EngineHarness(IActantStore? store, Tool[] tools, Action<EngineOptions>? configure, IModelProvider[] models, IModelPrices? prices, IFilter[] filters)
    {
        Store = store ?? new InMemoryStore(Time, new SequentialIdGenerator(series: 1_000_000));
        _tools = tools;
        _configure = configure;
        _models = models;
        _prices = prices;
        _filters = filters;
        _watch = new FoldWatch(Store);
    }

    public ManualTimeProvider Time { get; } = new();

    public IActantStore Store { get; }

    public GatedModel Model { get; } = new();

    /// <summary>Delivers to <c>test:</c> addresses, and hears of all that is delivered.</summary>
    public TestSender Sender { get; } = new();

    /// <summary>What all engines say to the log.</summary>
    public LogLines Log { get; } = new();

    /// <summary>Whether no node reaches another.</summary>
    public bool AreApart { get; set; }

    /// <summary>All engines, also dead ones.</summary>
    public IReadOnlyList<EngineNode> Nodes => _nodes;

    /// <summary>The first engine.</summary>
    public EngineNode Node => _nodes[0];

    /// <summary>The last engine that was added.</summary>
    public EngineNode Last => _nodes[^1];

    public ExecutionClient Client => Node.Client;

    /// <summary>The client of the first engine that is not dead.</summary>
    public ExecutionClient Live => _nodes.First(node => !node.Store.IsDead).Client;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A harness with one engine that runs.</summary>
    public static async Task<EngineHarness> StartAsync(
        IEnumerable<Tool>? tools = null,
        Action<EngineOptions>? configure = null,
        IActantStore? store = null,
        IEnumerable<IModelProvider>? models = null,
        IModelPrices? prices = null,
        int? format = null,
        IEnumerable<IFilter>? filters = null)
    {
        var harness = new EngineHarness(store, [.. tools ?? []], configure, [.. models ?? []], prices, [.. filters ?? []]);
        await harness.AddNodeAsync(format: format);
        return harness;
    }

    /// <summary>Another engine on the same store, with the same models and tools.</summary>
    /// <param name="configure">Changes its options.</param>
    /// <param name="format">The format of entries that it knows and writes, if it is of another release.</param>
    /// <param name="ahead">How far its own clock is ahead of the store's.</param>
    /// <param name="tools">Its tools, if they are others.</param>
    /// <param name="hasModel">Whether it has the gated model.</param>
    /// <param name="delivers">Whether it has the sender.</param>
    /// <param name="kinds">The kinds of definitions that it knows beside agents.</param>
    public async Task<EngineNode> AddNodeAsync(
        Action<EngineOptions>? configure = null, int? format = null, TimeSpan ahead = default, IEnumerable<Tool>? tools = null, bool hasModel = true, bool delivers = true,
        IEnumerable<IDefinitionKind>? kinds = null)
    {
        var name = $"node-{_nodes.Count + 1}";
        // The threads of most tests are short; what is kept of threads is tested with them too.
        var options = new EngineOptions { Node = name, Address = name, ThreadCacheMinEntries = 0, Watch = _watch };
        _configure?.Invoke(options);
        configure?.Invoke(options);
        var store = new NodeStore(Store, Time) { Format = format };
        var engine = new ActantEngine(
            store,
            new ToolRegistry(tools ?? _tools),
            new ModelProviders([.. hasModel ? [Model] : Array.Empty<IModelProvider>(), new ScriptedModelProvider(Time), .. _models]),
            options,
            _filters,
            prices: _prices,
            time: ahead == default ? Time : new WrongTimeProvider(Time, ahead),
            ids: new SequentialIdGenerator(_nodes.Count + 1),
            logs: Log,
            peers: new HarnessLink(this),
            outbox: new OutboxParts(delivers ? [Sender] : [], new ExecutionDocument()),
            kinds: kinds);
        var node = new EngineNode(engine, store);
        _nodes.Add(node);
        var heartbeat = Time.WhenArmedForAsync(options.HeartbeatInterval);
        await engine.StartAsync(Token);

        // Otherwise the clock could move before it is counted.
        await heartbeat.WaitAsync(Patience, Token);
        return node;
    }

    /// <summary>Reads a definition; fails with its problems.</summary>
    public static AgentDefinition Define(string definition)
    {
        var read = DefinitionReader.Read(Encoding.UTF8.GetBytes(definition));
        return read.Definition ?? throw new DefinitionException(read.Problems);
    }

    /// <summary>A request with an input: a text, or anything that is serialised to an object.</summary>
    public static SubmitRequest Request(string definition, object? input = null) =>
        new() { Definition = Define(definition), Input = JsonSerializer.SerializeToElement(input ?? "go") };

    /// <summary>Submits at the first engine; fails if it is refused.</summary>
    public async Task<ExecutionRecord> SubmitAsync(string definition, object? input = null, Func<SubmitRequest, SubmitRequest>? change = null)
    {
        var request = Request(definition, input);
        var reply = await Client.SubmitAsync(change?.Invoke(request) ?? request, Token);
        Assert.True(reply.IsDone, reply.Refusal?.ToString());
        return reply.Value;
    }

    /// <summary>Waits until an execution has ended, or asks somebody, at the first engine that is not dead.</summary>
    public Task<ExecutionResult> WaitAsync(ExecutionId id) =>
        _nodes.First(node => !node.Store.IsDead).Client.WaitAsync(id, Token).WaitAsync(Patience, Token);

    /// <summary>What the models called the calls that they demanded on a thread, by our ids.</summary>
    public async Task<IReadOnlyDictionary<string, string>> CallNamesAsync(string thread) =>
        (await Client.GetHistoryAsync(thread, 1, 500, Token)).Select(entry => entry.Payload).OfType<ModelAnswered>()
            .SelectMany(answered => answered.Message.ToolCalls ?? []).ToDictionary(call => call.Id, call => call.VendorId ?? "", StringComparer.Ordinal);

    /// <summary>
    /// Moves the clock from timer to timer, so that every engine that is not dead keeps its session. What becomes due meanwhile
    /// runs beside: await what it does.
    /// </summary>
    public Task AdvanceAsync(TimeSpan by) => AdvanceUntilAsync(Time.GetUtcNow() + by, s_never);

    /// <summary>Moves the clock from timer to timer until something has happened; fails when it has not within the bound.</summary>
    public async Task AdvanceUntilAsync(Task happened, TimeSpan? bound = null)
    {
        await SettleAsync(s_breath, happened);
        await AdvanceUntilAsync(Time.GetUtcNow() + (bound ?? TimeSpan.FromHours(1)), happened);
        await happened.WaitAsync(Patience, Token);
    }

    private async Task AdvanceUntilAsync(DateTimeOffset end, Task happened)
    {
        while (!happened.IsCompleted && Time.GetUtcNow() < end)
        {
            await HeartbeatsAsync();
            var (fired, renewals) = (Time.FiredTimers, Renewals);
            var longest = Time.GetUtcNow() + (_nodes.Min(node => node.Engine.Options.SessionLength) / 4);
            Time.AdvanceTo(new[] { end, longest, Time.NextDue ?? longest }.Min());

            // A heartbeat runs inside the clock's own call and at most lets its engine look; anything else sets more going.
            if (Time.FiredTimers > fired)
            {
                await SettleAsync(Time.FiredTimers - fired > Renewals - renewals ? s_breath : s_breath / 10, happened);
            }
        }
    }

    private int Renewals => _nodes.Sum(node => node.Store.Renewals);

    /// <summary>Waits until no engine's heartbeat lags behind the clock.</summary>
    private async Task HeartbeatsAsync()
    {
        for (var tries = 0; _nodes.Exists(IsLate); tries++)
        {
            Assert.True(tries < 3_000, "A heartbeat did not come.");
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, Token);
        }

        bool IsLate(EngineNode node) => node.Engine.IsRunning && !node.Store.IsDead
            && node.Store.LastRenewal < Time.GetUtcNow() - (node.Engine.Options.SessionLength / 2);
    }

    /// <summary>
    /// Lets what can run without the clock do so: what is queued on the thread pool, and for some time what that leads to. The
    /// store answers at once, so this is far longer than it needs.
    /// </summary>
    private static async Task SettleAsync(TimeSpan time, Task happened)
    {
        var since = TimeProvider.System.GetTimestamp();
        do
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, CancellationToken.None).ConfigureAwait(false);
        }
        while (!happened.IsCompleted && TimeProvider.System.GetElapsedTime(since) < time);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await StopAsync(node);
        }

        await Store.DisposeAsync();
        Assert.Empty(_watch.Faults);
    }

    /// <summary>The engine of that address, while its process lives.</summary>
    internal ActantEngine Reach(string address) =>
        _nodes.Find(node => node.Engine.Options.Address == address && !node.Store.IsDead)?.Engine ?? throw new HttpRequestException($"{address} does not answer.");

    /// <summary>Lets an engine end whatever it still does: the clock runs as far as its patience needs.</summary>
    private async Task StopAsync(EngineNode node)
    {
        var stop = node.Engine.StopAsync(CancellationToken.None);
        await SettleAsync(s_breath, stop);
        await AdvanceUntilAsync(Time.GetUtcNow() + TimeSpan.FromHours(1), stop);
        await stop.WaitAsync(Patience, CancellationToken.None);
    }
}
