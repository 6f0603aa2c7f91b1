using Actant.Api;
using Actant.Journaling;
using Actant.Storage;
using Actant.Testing.Executions;

namespace Actant.Tests.Executions;

/// <summary>Graph nodes with <c>spawn</c>: executions on threads of their own, started, ended and cancelled through the outbox.</summary>
[Trait("Row", "A1")]
[Trait("Row", "X1")]
public sealed class ChildTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Child_Runs_OnAThreadOfItsOwnForTheSamePeople()
    {
        await using var harness = await StartAsync();
        var parent = await harness.SubmitAsync(Spawning(), new { topic = "whales" }, request => request with
        {
            Priority = 7,
            Subject = "ada",
            Security = new SecurityContext { UserId = "ada", Permissions = ["tool:none"] },
        });
        var call = await harness.Model.Calls.NextAsync();
        Assert.Equal("about whales", call.System);
        var child = await ChildOfAsync(harness, parent);

        Assert.NotEqual(parent.Thread.Thread, child.Thread.Thread);
        Assert.Equal((parent.Id, parent.Id, "ada", 7), (child.Tags?.Parent, child.Tags?.Root, child.Tags?.Subject, child.Priority));
        Assert.Equal((parent.Deadline, parent.Definition, parent.Agent), (child.Deadline, child.Definition, child.Agent));
        Assert.Null(ExecutionView.Of(child).DeliverTo);
        Assert.Equal(parent.Id.Value, ExecutionView.Of(child).ParentExecutionId);

        call.Count(10, 20);
        call.Finish("They sing.");
        var ended = await harness.WaitAsync(parent.Id);
        Assert.Equal("Said: They sing.", ended.Response);
        var input = (await HistoryAsync(harness, child)).Select(entry => entry.Payload).OfType<InputReceived>().First();
        Assert.Equal(("ada", "box"), (input.Security?.UserId, input.Node));
        Assert.Equal((12, 21), (ended.Usage.Input, ended.Usage.Output));
        Assert.Equal(33, (await harness.Client.GetRecordAsync(parent.Id, Token))!.Tokens);
        var today = DateOnly.FromDateTime(harness.Time.GetUtcNow().UtcDateTime);
        Assert.Equal(33, (await harness.Store.For(TenantId.Default).ReadUsageAsync(today, today, Token)).Sum(static day => day.Amount.InputTokens + day.Amount.OutputTokens));
    }

    [Fact]
    public async Task Parent_WhileItsChildRuns_HoldsNoSlotAndNamesIt()
    {
        await using var harness = await StartAsync(options => options.MaxConcurrentExecutions = 1);
        var parent = await harness.SubmitAsync(Spawning());
        var call = await harness.Model.Calls.NextAsync();

        var waiting = WaitView.Of((await harness.Client.GetAsync(parent.Id, Token))!)!;
        Assert.Equal(("child", (await ChildOfAsync(harness, parent)).Id.Value), (waiting.For, waiting.Children!.Single()));

        call.Finish("x");
        await harness.WaitAsync(parent.Id);
        Assert.Null(WaitView.Of((await harness.Client.GetAsync(parent.Id, Token))!));
    }

    [Theory]
    [InlineData("output: {text: state.talk, n: size(state.talk)}", "{{ state.text }} {{ state.n }}")]
    [InlineData("description: d", "{{ state.box }}")]
    [InlineData("output: {text: state.talk + 1}, on_error: continue", "{{ state.errors.box.code }}: {{ state.errors.box.message }}")]
    [InlineData("input: {topic: state.missing + 1}, on_error: continue", "{{ state.errors.box.code }}: {{ state.errors.box.message }}")]
    [InlineData("input: {n: \"'text'\"}, on_error: continue", "{{ state.errors.box.code }}: {{ state.errors.box.message }}")]
    public async Task Spawn_Outcome_IsThatOfTheGraphInside(string fields, string template)
    {
        var given = new List<string>();
        foreach (var spawn in (bool[])[false, true])
        {
            await using var harness = await StartAsync();
            harness.Model.Responds = static call => call.Finish("They sing.");
            var parent = await harness.SubmitAsync(Box($"spawn: {(spawn ? "true" : "false")}, {fields}", template));
            given.Add((await harness.WaitAsync(parent.Id)).Response);
        }

        Assert.Equal(given[0], given[1]);
        Assert.NotEqual("", given[0]);
    }

    [Theory]
    [InlineData("fail_fast")]
    [InlineData("continue")]
    [InlineData("fallback")]
    public async Task Spawn_Failure_IsThatOfTheGraphInside(string strategy)
    {
        var given = new List<string>();
        foreach (var spawn in (bool[])[false, true])
        {
            await using var harness = await StartAsync();
            harness.Model.Responds = static call => call.Fail("model_rejected", transient: false);
            var parent = await harness.SubmitAsync(Box($"spawn: {(spawn ? "true" : "false")}, on_error: {strategy}", "after {{ state.errors.box.message }}"));
            var result = await harness.WaitAsync(parent.Id);
            given.Add($"{result.Record.Status} {result.Record.Failure?.Code} {result.Record.Failure?.Where} {result.Response}");
        }

        Assert.Equal(given[0], given[1]);
    }

    [Fact]
    public async Task Parent_StartsManyAtOnce_NoneWaitsForTheClock()
    {
        await using var harness = await StartAsync();
        var nodes = Enumerable.Range(0, 100).Select(static i =>
            $$"""{name: g{{i}}, type: graph, spawn: true, output: {said: state.a}, graph: {nodes: [{name: a, type: transform, set: {a: "1"} }] } }""");
        var parent = await harness.SubmitAsync($$"""{name: many, state: {said: {reducer: add} }, nodes: [{{string.Join(", ", nodes)}}]}""");

        await harness.WaitAsync(parent.Id);
        Assert.Equal(100, (await harness.Client.GetStateAsync(parent.Thread.Thread, null, Token))!.Values["said"].GetInt32());
    }

    [Fact]
    public async Task Parent_Cancelled_CancelsItsChildAndTheChildOfThat()
    {
        await using var harness = await StartAsync();
        var parent = await harness.SubmitAsync(Deep);
        var call = await harness.Model.Calls.NextAsync();
        var child = await ChildOfAsync(harness, parent);
        var grandchild = await ChildOfAsync(harness, child);
        Assert.Equal((child.Id, parent.Id), (grandchild.Tags?.Parent, grandchild.Tags?.Root));

        Assert.True((await harness.Client.CancelAsync(parent.Id, "enough", Token)).IsDone);

        await call.Cancelled;
        Assert.Equal(ExecutionStatus.Cancelled, (await harness.WaitAsync(grandchild.Id)).Record.Status);
        Assert.Equal(ExecutionStatus.Cancelled, (await harness.WaitAsync(child.Id)).Record.Status);
        Assert.Equal(ExecutionStatus.Cancelled, (await harness.WaitAsync(parent.Id)).Record.Status);
    }

    [Theory]
    [InlineData("spawn: true, timeout_ms: 60000, on_error: continue", ExecutionStatus.Completed)]
    [InlineData("spawn: true, timeout_ms: 60000", ExecutionStatus.Failed)]
    public async Task Node_TimesOut_CancelsItsChild(string fields, ExecutionStatus status)
    {
        await using var harness = await StartAsync();
        var parent = await harness.SubmitAsync(Box(fields, "{{ state.errors.box.code }}"));
        var call = await harness.Model.Calls.NextAsync();
        var child = await ChildOfAsync(harness, parent);
        var ended = harness.WaitAsync(parent.Id);

        await harness.AdvanceUntilAsync(ended);

        Assert.Equal(status, (await ended).Record.Status);
        await call.Cancelled;
        Assert.Equal(ExecutionStatus.Cancelled, (await harness.WaitAsync(child.Id)).Record.Status);
    }

    [Fact]
    public async Task Deadline_Passes_EndsBoth()
    {
        await using var harness = await StartAsync();
        var parent = await harness.SubmitAsync(Spawning(), change: request => request with { Timeout = TimeSpan.FromMinutes(5) });
        await harness.Model.Calls.NextAsync();
        var child = await ChildOfAsync(harness, parent);
        var ended = Task.WhenAll(harness.WaitAsync(parent.Id), harness.WaitAsync(child.Id));

        await harness.AdvanceUntilAsync(ended);

        Assert.Equal(ExecutionStatus.TimedOut, (await ended)[0].Record.Status);
        Assert.Contains((await ended)[1].Record.Status, (ExecutionStatus[])[ExecutionStatus.TimedOut, ExecutionStatus.Cancelled]);
    }

    [Fact]
    public async Task Sibling_Fails_CancelsTheChild()
    {
        await using var harness = await StartAsync();
        var parent = await harness.SubmitAsync("""
            name: two
            model: {provider: gated, model_name: any}
            nodes:
              - {name: box, type: graph, spawn: true, graph: {nodes: [{name: talk, type: agent, system_prompt: inside}]}}
              - {name: beside, type: agent, system_prompt: beside}
            """);
        var first = await harness.Model.Calls.NextAsync();
        var second = await harness.Model.Calls.NextAsync();
        var (inside, beside) = first.System == "inside" ? (first, second) : (second, first);
        var child = await ChildOfAsync(harness, parent);

        beside.Fail("model_rejected", transient: false);

        Assert.Equal(ExecutionStatus.Failed, (await harness.WaitAsync(parent.Id)).Record.Status);
        await inside.Cancelled;
        Assert.Equal(ExecutionStatus.Cancelled, (await harness.WaitAsync(child.Id)).Record.Status);
    }

    [Fact]
    public async Task Child_CancelledByItself_IsAFailureOfItsNode()
    {
        await using var harness = await StartAsync();
        var parent = await harness.SubmitAsync(Spawning());
        await harness.Model.Calls.NextAsync();
        var child = await ChildOfAsync(harness, parent);

        Assert.True((await harness.Client.CancelAsync(child.Id, "by hand", Token)).IsDone);

        var failure = (await harness.WaitAsync(parent.Id)).Record.Failure;
        Assert.Equal(("child_cancelled", "box"), (failure?.Code, failure?.Where));
    }

    [Fact]
    public async Task Child_ItsThreadIsDeleted_IsLost()
    {
        await using var harness = await StartAsync();
        var parent = await harness.SubmitAsync(Spawning());
        var call = await harness.Model.Calls.NextAsync();
        var child = await ChildOfAsync(harness, parent);

        Assert.True(await harness.Client.DeleteThreadAsync(child.Thread.Thread, Token));

        Assert.Equal("child_lost", (await harness.WaitAsync(parent.Id)).Record.Failure?.Code);
        await call.Cancelled;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Parent_ItsThreadIsDeleted_TakesTheThreadsOfItsChildrenWithIt(bool hasEnded)
    {
        await using var harness = await StartAsync();
        var parent = await harness.SubmitAsync(Deep, change: static request => request with { Subject = "ada" });
        var call = await harness.Model.Calls.NextAsync();
        var child = await ChildOfAsync(harness, parent);
        var grandchild = await ChildOfAsync(harness, child);
        var state = await harness.Client.GetStateAsync(child.Thread.Thread, null, Token);
        Assert.True((await harness.Client.ForkAsync(child.Thread.Thread, state!.Position, "kept", continues: false, Token)).IsDone);
        if (hasEnded)
        {
            call.Finish("done");
            await harness.WaitAsync(parent.Id);
        }

        Assert.True(await harness.Client.DeleteThreadAsync(parent.Thread.Thread, Token));

        await (hasEnded ? Task.CompletedTask : call.Cancelled);
        Assert.Null(await harness.Client.GetStateAsync(child.Thread.Thread, null, Token));
        Assert.Null(await harness.Client.GetRecordAsync(grandchild.Id, Token));
        Assert.NotNull(await harness.Client.GetStateAsync("kept", null, Token));
        Assert.False(await harness.Client.DeleteThreadAsync(parent.Thread.Thread, Token));
    }

    [Fact]
    public async Task Subject_Erased_CountsTheThreadsOfChildrenOnce()
    {
        await using var harness = await StartAsync();
        harness.Model.Responds = static call => call.Finish("x");
        var parent = await harness.SubmitAsync(Deep, change: static request => request with { Subject = "ada" });
        await harness.WaitAsync(parent.Id);

        Assert.Equal((3, 0), (await harness.Client.EraseSubjectAsync("ada", Token), await harness.Client.EraseSubjectAsync("ada", Token)));
    }

    [Fact]
    public async Task Queue_Full_IsTriedAgainUntilThereIsRoom()
    {
        await using var harness = await StartAsync();
        var parent = await harness.SubmitAsync("""
            name: later
            model: {provider: gated, model_name: any}
            nodes:
              - {name: first, type: agent}
              - {name: box, type: graph, spawn: true, graph: {nodes: [{name: talk, type: agent}]}}
            edges: [{from: first, to: box}]
            """);
        var first = await harness.Model.Calls.NextAsync();
        var held = await harness.SubmitAsync(TestAgents.Talker, change: static request => request with { Start = false });
        await harness.Store.For(TenantId.Default).SetShareAsync(new TenantShare(MaxQueued: 1), Token);

        first.Finish("go on");
        await harness.Node.Store.Settlements.NextAsync(static settled => settled.Settlement.Kind == OutboxSettlementKind.Retry);
        Assert.Equal(ExecutionStatus.Running, (await harness.Client.GetRecordAsync(parent.Id, Token))!.Status);

        Assert.True((await harness.Client.CancelAsync(held.Id, "make room", Token)).IsDone);
        await harness.WaitAsync(held.Id);
        var second = harness.Model.Calls.NextAsync();
        await harness.AdvanceUntilAsync(second);
        (await second).Finish("done");
        Assert.Equal("done", (await harness.WaitAsync(parent.Id)).Response);
    }

    [Fact]
    public async Task Queue_FullForLong_FailsTheNode()
    {
        await using var harness = await StartAsync(static options => options.Deliveries.MaxAttempts = 2);
        var parent = await harness.SubmitAsync("""
            name: later
            model: {provider: gated, model_name: any}
            nodes:
              - {name: first, type: agent}
              - {name: box, type: graph, spawn: true, graph: {nodes: [{name: talk, type: agent}]}}
            edges: [{from: first, to: box}]
            """);
        var first = await harness.Model.Calls.NextAsync();
        await harness.SubmitAsync(TestAgents.Talker, change: static request => request with { Start = false });
        await harness.Store.For(TenantId.Default).SetShareAsync(new TenantShare(MaxQueued: 1), Token);
        first.Finish("go on");
        var ended = harness.WaitAsync(parent.Id);

        await harness.AdvanceUntilAsync(ended);

        Assert.Equal(("queue_full", "box"), (await ended).Record.Failure is { } failure ? (failure.Code, failure.Where) : default);
    }

    [Fact]
    public async Task Fork_OfAParent_StartsAChildOfItsOwn()
    {
        await using var harness = await StartAsync();
        var parent = await harness.SubmitAsync(Spawning());
        var first = await harness.Model.Calls.NextAsync();
        var started = (await HistoryAsync(harness, parent)).Single(entry => entry.Payload is ChildStarted);
        var fork = await harness.Client.ForkAsync(parent.Thread.Thread, started.Position, target: null, continues: true, Token);
        var second = await harness.Model.Calls.NextAsync();

        first.Finish("one");
        second.Finish("two");

        Assert.Equal("Said: one", (await harness.WaitAsync(parent.Id)).Response);
        Assert.Equal("Said: two", (await harness.WaitAsync(fork.Value!.Execution!.Value)).Response);
    }

    [Fact]
    public async Task Spawn_DeeperThanAllowed_Fails()
    {
        await using var harness = await StartAsync();
        var parent = await harness.SubmitAsync(Deep + "\nlimits: {max_depth: 1}");

        Assert.Equal("depth_limit", (await harness.WaitAsync(parent.Id)).Record.Failure?.Code);
    }

    [Fact]
    public async Task Nodes_Die_TheChildIsStartedOnceAndItsEndComes()
    {
        await using var harness = await StartAsync();
        var parent = await harness.SubmitAsync(Spawning());
        await harness.Model.Calls.NextAsync();
        await harness.AddNodeAsync();
        harness.Node.Kill();
        var next = harness.Model.Calls.NextAsync();
        await harness.AdvanceUntilAsync(next);

        (await next).Finish("again");

        var ended = harness.WaitAsync(parent.Id);
        await harness.AdvanceUntilAsync(ended);
        Assert.Equal("Said: again", (await ended).Response);
        Assert.Equal(2, (await harness.Live.ListAsync(new ExecutionFilter(), null, 10, Token)).Items.Count);
    }

    private const string Deep = """
        name: deep
        model: {provider: gated, model_name: any}
        nodes:
          - name: outer
            type: graph
            spawn: true
            graph:
              nodes:
                - name: inner
                  type: graph
                  spawn: true
                  graph: {nodes: [{name: talk, type: agent}]}
        """;

    private static Task<EngineHarness> StartAsync(Action<EngineOptions>? configure = null) => EngineHarness.StartAsync(configure: options =>
    {
        options.SessionLength = TimeSpan.FromSeconds(30);
        configure?.Invoke(options);
    });

    private static string Spawning() => Box("spawn: true, input: {topic: state.topic}, output: {text: state.talk}", "Said: {{ state.text }}");

    private static string Box(string fields, string template) => """
        name: boxed
        model: {provider: gated, model_name: any}
        nodes:
          - {name: box, type: graph, FIELDS, graph: {state: {n: {schema: {type: number}}}, nodes: [{name: talk, type: agent, system_prompt: "about {{ state.topic }}", writes: talk}]}}
          - {name: say, type: prompt, template: "TEMPLATE"}
          - {name: other, type: prompt, template: "fell back: {{ state.errors.box.code }}"}
        edges:
          - {from: box, to: say}
          - {from: box, to: other, type: error}
        """.Replace("FIELDS", fields, StringComparison.Ordinal).Replace("TEMPLATE", template, StringComparison.Ordinal);

    private static async Task<ExecutionRecord> ChildOfAsync(EngineHarness harness, ExecutionRecord parent) =>
        (await harness.Client.ListAsync(new ExecutionFilter { Root = parent.Tags?.Root ?? parent.Id }, null, 10, Token)).Items.Single(child => child.Tags?.Parent == parent.Id);

    private static async Task<IReadOnlyList<Entry>> HistoryAsync(EngineHarness harness, ExecutionRecord execution) =>
        await harness.Client.GetHistoryAsync(execution.Thread.Thread, 1, 500, Token);
}
