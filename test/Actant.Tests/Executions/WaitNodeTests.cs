using Actant.Api;
using Actant.Definitions;
using Actant.Executions;
using Actant.InMemory;
using Actant.Journaling;
using Actant.LanguageModels;
using Actant.Storage;
using Actant.Testing.Executions;
using Actant.Tools;

namespace Actant.Tests.Executions;

/// <summary>Nodes of type <c>wait</c>: the time is stored, and it is the same whoever has the thread.</summary>
[Trait("Row", "X1")]
[Trait("Row", "A1")]
public sealed class WaitNodeTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Wait_TimeComesWhileItIsBeingPlanned_GoesOn()
    {
        var clock = new HastyTimeProvider();
        await using var store = new InMemoryStore(clock, IdGenerator.System);
        await using var engine = new ActantEngine(store, new ToolRegistry([]), new ModelProviders([]), time: clock);
        await engine.StartAsync(Token);
        var client = engine.For(TenantId.Default);
        for (var ms = 1; ms < 6; ms++)
        {
            var reply = await client.SubmitAsync(EngineHarness.Request(Pausing($"for_ms: {ms}")), Token);
            Assert.Equal("after", (await client.WaitAsync(reply.Value!.Id, Token)).Response);
        }
    }

    [Fact]
    public async Task Wait_Long_SleepsWithoutTheLeaseAndShowsUntilWhen()
    {
        await using var harness = await StartAsync();
        var began = harness.Time.GetUtcNow();
        var id = (await harness.SubmitAsync(Pausing("for_ms: 1800000"))).Id;
        var sleep = await harness.Node.Store.Appends.NextAsync(append => append.Lease == LeaseChange.Sleep);
        Assert.Equal(began + TimeSpan.FromMinutes(30), sleep.Due);
        var waiting = WaitView.Of((await harness.Client.GetAsync(id, Token))!)!;
        Assert.Equal(("timer", began + TimeSpan.FromMinutes(30)), (waiting.For, waiting.Until));

        // Its slot is free for others.
        var other = await harness.SubmitAsync(TestAgents.Talker);
        (await harness.Model.Calls.NextAsync()).Finish("meanwhile");
        await harness.WaitAsync(other.Id);

        var ended = harness.WaitAsync(id);
        await harness.AdvanceUntilAsync(ended);
        Assert.Equal("after", (await ended).Response);
        Assert.InRange(harness.Time.GetUtcNow() - began, TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(31));
        Assert.Null(WaitView.Of((await harness.Client.GetAsync(id, Token))!));
    }

    [Fact]
    [Trait("Row", "T7")]
    public async Task Wait_ForTheLimitOfATool_IsShownUntilWhenAndNoLonger()
    {
        await using var harness = await EngineHarness.StartAsync();
        const string Agent = """
            name: limited
            tool_definitions: [{name: calculator, type: builtin, config: {tool: calculator}, limits: {max_calls: 1, window_seconds: 60}}]
            nodes: [{name: sum, type: tool, tool: calculator, arguments: {operation: sqrt, a: 4}}]
            """;
        var began = harness.Time.GetUtcNow();
        await harness.WaitAsync((await harness.SubmitAsync(Agent)).Id);
        var id = (await harness.SubmitAsync(Agent)).Id;
        await harness.Node.Store.Appends.NextAsync(append => append.Lease == LeaseChange.Sleep);

        var waiting = WaitView.Of((await harness.Client.GetAsync(id, Token))!)!;
        Assert.Equal("tool_limit", waiting.For);
        Assert.InRange(waiting.Until!.Value - began, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(61));

        var ended = harness.WaitAsync(id);
        await harness.AdvanceUntilAsync(ended);
        Assert.Equal(ExecutionStatus.Completed, (await ended).Record.Status);
        Assert.Null(WaitView.Of((await harness.Client.GetAsync(id, Token))!));
    }

    [Fact]
    public async Task Wait_Short_KeepsTheLease()
    {
        await using var harness = await StartAsync();
        var submitted = await harness.SubmitAsync(Pausing("for_ms: 2000"));
        var ended = harness.WaitAsync(submitted.Id);

        await harness.AdvanceUntilAsync(ended);

        Assert.Equal("after", (await ended).Response);
        Assert.Single(await HistoryAsync(harness, submitted), entry => entry.Payload is Taken);
    }

    [Theory]
    [InlineData("until: 2000-01-01T00:00:00Z")]
    [InlineData("until: \"'2000-01-01T02:00:00.5+02:00'\"")]
    public async Task Wait_UntilAPastTime_IsNoWait(string until)
    {
        await using var harness = await StartAsync();
        var submitted = await harness.SubmitAsync(Pausing(until));

        Assert.Equal("after", (await harness.WaitAsync(submitted.Id)).Response);
        Assert.DoesNotContain(await HistoryAsync(harness, submitted), entry => entry.Payload is NodeStarted);
    }

    [Fact]
    public async Task Wait_UntilAnExpression_IsTheTimeThatItGaveFirst()
    {
        await using var harness = await StartAsync();
        var until = harness.Time.GetUtcNow() + TimeSpan.FromMinutes(20);
        var submitted = await harness.SubmitAsync(Pausing("until: state.at"), new { at = $"{until:O}" });
        await harness.Node.Store.Appends.NextAsync(append => append.Lease == LeaseChange.Sleep);
        Assert.True((await harness.Client.UpdateStateAsync(submitted.Thread.Thread, Set("at", "\"2000-01-01T00:00:00Z\""), Token)).IsDone);
        await harness.Node.Store.Appends.NextAsync(append => append.Lease == LeaseChange.Sleep);

        var ended = harness.WaitAsync(submitted.Id);
        await harness.AdvanceUntilAsync(ended);

        Assert.Equal("after", (await ended).Response);
        Assert.True(harness.Time.GetUtcNow() >= until);
    }

    [Theory]
    [InlineData("until: state.at", "tomorrow", "invalid_wait")]
    [InlineData("until: state.at", "2026-12-31T18:00:00", "invalid_wait")]
    [InlineData("until: state.at", "9999-12-31T18:00:00Z", "invalid_wait")]
    [InlineData("until: state.at + 1", "a", "expression_error")]
    public async Task Wait_UntilNoTime_Fails(string until, string at, string code)
    {
        await using var harness = await StartAsync();
        var submitted = await harness.SubmitAsync(Pausing(until), new { at });

        Assert.Equal((code, "pause"), (await harness.WaitAsync(submitted.Id)).Record.Failure is { } failure ? (failure.Code, failure.Where) : default);
    }

    [Fact]
    public async Task Wait_NodeDies_IsNotStartedAnew()
    {
        await using var harness = await StartAsync();
        var began = harness.Time.GetUtcNow();
        var submitted = await harness.SubmitAsync(Pausing("for_ms: 1200000"));
        await harness.Node.Store.Appends.NextAsync(append => append.Lease == LeaseChange.Sleep);
        await harness.AdvanceAsync(TimeSpan.FromMinutes(10));
        await harness.AddNodeAsync();
        harness.Node.Kill();

        var ended = harness.WaitAsync(submitted.Id);
        await harness.AdvanceUntilAsync(ended);

        Assert.Equal("after", (await ended).Response);
        Assert.InRange(harness.Time.GetUtcNow() - began, TimeSpan.FromMinutes(20), TimeSpan.FromMinutes(21));
    }

    [Fact]
    public async Task Wait_Cancelled_EndsAtOnce()
    {
        await using var harness = await StartAsync();
        var submitted = await harness.SubmitAsync(Pausing("for_ms: 1200000"));
        await harness.Node.Store.Appends.NextAsync(append => append.Lease == LeaseChange.Sleep);
        var ended = harness.WaitAsync(submitted.Id);

        Assert.True((await harness.Client.CancelAsync(submitted.Id, "enough", Token)).IsDone);

        Assert.Equal(ExecutionStatus.Cancelled, (await ended).Record.Status);
    }

    [Fact]
    public async Task Wait_LongerThanTheExecutionMayTake_TimesOutThen()
    {
        await using var harness = await StartAsync();
        var began = harness.Time.GetUtcNow();
        var submitted = await harness.SubmitAsync(Pausing("for_ms: 1200000"), change: request => request with { Timeout = TimeSpan.FromMinutes(5) });
        var ended = harness.WaitAsync(submitted.Id);

        await harness.AdvanceUntilAsync(ended);

        Assert.Equal(ExecutionStatus.TimedOut, (await ended).Record.Status);
        Assert.InRange(harness.Time.GetUtcNow() - began, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(6));
    }

    [Fact]
    public async Task Wait_LongerThanItsTimeout_FailsThenAndTheGraphGoesOn()
    {
        await using var harness = await StartAsync();
        var began = harness.Time.GetUtcNow();
        var submitted = await harness.SubmitAsync(Pausing("for_ms: 1200000, timeout_ms: 60000, on_error: continue"));
        var ended = harness.WaitAsync(submitted.Id);

        await harness.AdvanceUntilAsync(ended);

        Assert.Equal("after", (await ended).Response);
        Assert.InRange(harness.Time.GetUtcNow() - began, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2));
        Assert.Equal("node_timed_out", (await HistoryAsync(harness, submitted)).Select(entry => entry.Payload).OfType<NodeFinished>().First().Failure?.Code);
    }

    [Fact]
    public async Task Wait_InAFork_IsTheSameTime()
    {
        await using var harness = await StartAsync();
        var began = harness.Time.GetUtcNow();
        var submitted = await harness.SubmitAsync(Pausing("for_ms: 1200000"));
        await harness.Node.Store.Appends.NextAsync(append => append.Lease == LeaseChange.Sleep);
        await harness.AdvanceAsync(TimeSpan.FromMinutes(10));
        var at = (await HistoryAsync(harness, submitted)).Single(entry => entry.Payload is NodeStarted).Position;
        var fork = await harness.Client.ForkAsync(submitted.Thread.Thread, at, target: null, continues: true, Token);
        Assert.True(fork.IsDone, fork.Refusal?.ToString());
        var ended = harness.WaitAsync(fork.Value.Execution!.Value);

        await harness.AdvanceUntilAsync(ended);

        Assert.Equal("after", (await ended).Response);
        Assert.InRange(harness.Time.GetUtcNow() - began, TimeSpan.FromMinutes(20), TimeSpan.FromMinutes(21));
    }

    [Theory]
    [InlineData("{name: w, type: wait}", DefinitionErrors.MissingField, "$.nodes[0].for_ms")]
    [InlineData("{name: w, type: wait, for_ms: 0}", DefinitionErrors.OutOfRange, "$.nodes[0].for_ms")]
    [InlineData("{name: w, type: wait, for_ms: 31622400001}", DefinitionErrors.OutOfRange, "$.nodes[0].for_ms")]
    [InlineData("{name: w, type: wait, for_ms: 1, until: state.at}", DefinitionErrors.DuplicateField, "$.nodes[0].until")]
    [InlineData("{name: w, type: wait, until: 'tomorrow at noon'}", DefinitionErrors.InvalidExpression, "$.nodes[0].until")]
    [InlineData("{name: w, type: transform, set: {a: '1'}, for_ms: 1}", DefinitionErrors.MisplacedField, "$.nodes[0].for_ms")]
    public void Validate_Wait_ReportsWhereItIsWrong(string node, string code, string path)
    {
        var read = DefinitionReader.Read(System.Text.Encoding.UTF8.GetBytes($"{{name: a, nodes: [{node}]}}"));
        var problems = read.Definition is { } agent ? Actant.Validation.DefinitionValidator.Validate(agent, new()) : read.Problems;

        Assert.Contains(problems, problem => problem.Code == code && problem.Path == path);
    }

    [Fact]
    public void FormatOf_AWaitAnywhere_IsOneThatOlderReleasesDoNotKnow()
    {
        Assert.Equal(2, DefinitionDocument.FormatOf(EngineHarness.Define(TestAgents.Talker)));
        Assert.Equal(3, DefinitionDocument.FormatOf(EngineHarness.Define("{name: a, nodes: [{name: g, type: graph, graph: {nodes: [{name: w, type: wait, for_ms: 1}]}}]}")));
    }

    /// <summary>With long sessions, so that the clock has few heartbeats to make on its way.</summary>
    private static Task<EngineHarness> StartAsync() => EngineHarness.StartAsync(configure: static options =>
    {
        options.MaxConcurrentExecutions = 1;
        options.SessionLength = TimeSpan.FromSeconds(50);
    });

    private static StateUpdateRequest Set(string key, string value) =>
        new() { Operations = [new StateOperation { Op = StateOperationKind.Set, Key = key, Value = System.Text.Json.JsonElement.Parse(value) }] };

    private static string Pausing(string wait) => $$"""
        name: pausing
        nodes:
          - {name: pause, type: wait, {{wait}}}
          - {name: say, type: prompt, template: after}
        edges:
          - {from: pause, to: say}
        """;

    private static async Task<IReadOnlyList<Entry>> HistoryAsync(EngineHarness harness, ExecutionRecord execution) =>
        await harness.Client.GetHistoryAsync(execution.Thread.Thread, 1, 500, Token);

    /// <summary>A clock that is 1 ms later each time that somebody looks.</summary>
    private sealed class HastyTimeProvider : TimeProvider
    {
        private int _looks;

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromMilliseconds(Interlocked.Increment(ref _looks));
    }
}
