using System.Text;
using System.Text.Json;
using Actant.Definitions;
using Actant.Executions;
using Actant.LanguageModels;
using Actant.Storage;
using Actant.Testing;
using Actant.Tools;

namespace Actant.Postgres.Tests;

[Trait("Row", "T7")]
[Trait("Row", "X5")]
public sealed class GrantTests(PostgresCluster cluster)
{
    private const string Caller =
        """
        name: caller
        tool_definitions: [{name: work, type: code, limits: {max_calls: 5, window_seconds: 86400}}]
        nodes:
          - name: main
            type: agent
            tools: [work]
            on_error: {max_attempts: 1}
            model: {provider: scripted, model_name: caller, options: {rules: [{when: {turn: 0}, tool_calls: [{name: work, arguments: {}}]}, {answer: done}]}}
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Limit_TwoEngines_LetThroughWhatOneMay()
    {
        var (options, called) = (cluster.NewOptions(), 0);
        var tool = FunctionTool.Create(() => Interlocked.Increment(ref called), "work", "Counts.");
        await using var here = await NodeAsync(options, 1, tool);
        await using var there = await NodeAsync(options, 2, tool);
        var agent = DefinitionReader.Read(Encoding.UTF8.GetBytes(Caller)).Definition!;

        var results = await Task.WhenAll(Enumerable.Range(0, 24).Select(async number =>
        {
            var client = (number % 2 == 0 ? here : there).Engine.For(TenantId.Default);
            var reply = await client.SubmitAsync(new SubmitRequest { Definition = agent, Input = JsonSerializer.SerializeToElement("go") }, Token);
            Assert.True(reply.IsDone, reply.Refusal?.ToString());
            return await client.WaitAsync(reply.Value.Id, Token);
        }));

        Assert.All(results, static result => Assert.Equal("done", result.Response));
        Assert.Equal(5, called);
        Assert.Equal(19, results.Count(static result => Assert.Single(result.ToolResults).Failure?.Code == ToolErrors.RateLimited));
    }

    [Fact]
    public async Task TakeGrant_LimitsThatNobodyNeeds_LeaveNoRows()
    {
        var (options, clock) = (cluster.NewOptions(), new ManualTimeProvider());
        await using var store = await PostgresStore.OpenAsync(options, TimeProvider.System, clock, new SequentialIdGenerator(), default);
        var session = (await store.OpenSessionAsync(new OpenSession("node", TimeSpan.FromDays(1)), default)).Id;
        for (var i = 0; i < 60; i++)
        {
            await store.TakeGrantAsync(
                new GrantRequest { Session = session, Tenant = TenantId.Default, Limit = BlobHash.Of([(byte)i]), Capacity = 1, Window = TimeSpan.FromSeconds(1), Wanted = 1 }, default);
            clock.Advance(TimeSpan.FromSeconds(2));
        }

        Assert.InRange(await cluster.AskAsync<long>($"SELECT count(*) FROM {options.Schema}.grants"), 1, 4);
    }

    private static async Task<Node> NodeAsync(PostgresStoreOptions options, int series, Tool tool)
    {
        var store = await PostgresStore.OpenAsync(options, TimeProvider.System, new SequentialIdGenerator(series), default);
        var engine = new ActantEngine(
            store, new ToolRegistry([tool]), new ModelProviders([new ScriptedModelProvider(TimeProvider.System)]), ids: new SequentialIdGenerator(series + 10));
        await engine.StartAsync(Token);
        return new Node(store, engine);
    }

    private sealed record Node(PostgresStore Store, ActantEngine Engine) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Engine.DisposeAsync();
            await Store.DisposeAsync();
        }
    }
}
