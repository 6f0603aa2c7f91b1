using Actant.LanguageModels;
using Actant.Testing.Executions;

namespace Actant.Tests.Executions;

/// <summary>What an execution gives: never what was there before it.</summary>
[Trait("Row", "A1")]
public sealed class OutputTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("nodes: [{name: talk, type: agent, on_error: continue}]")]
    [InlineData("nodes: [{name: talk, type: prompt, template: hi, model: {provider: gated, model_name: any}, on_error: continue}]")]
    [InlineData("nodes: [{name: before, type: prompt, template: stale}, {name: talk, type: agent, on_error: continue}]\nedges: [{from: before, to: talk}]")]
    public async Task Output_NodeFailedAndTheGraphWentOn_IsEmptyAndSaysSo(string nodes)
    {
        await using var harness = await EngineHarness.StartAsync();
        var definition = $"name: talk\nmodel: {{provider: gated, model_name: any}}\n{nodes}";
        var first = await harness.SubmitAsync(definition);
        (await harness.Model.Calls.NextAsync()).Finish("Your balance is 100 EUR.");
        Assert.Equal("Your balance is 100 EUR.", (await harness.WaitAsync(first.Id)).Response);

        var second = await harness.SubmitAsync(definition, "Who wrote Faust?", request => request with { Thread = first.Thread.Thread });
        (await harness.Model.Calls.NextAsync()).Fail("model_rejected", transient: false);
        var told = await harness.WaitAsync(second.Id);
        var read = (await harness.Client.GetAsync(second.Id, Token))!;

        Assert.All([told, read], result => Assert.Equal(("", true, ExecutionStatus.Completed), (result.Response, result.HasNoOutput, result.Record.Status)));
    }

    [Fact]
    public async Task Output_NodeOfTheSameNameSpokeBefore_IsTheValueOfThisOne()
    {
        await using var harness = await EngineHarness.StartAsync();
        var first = await harness.SubmitAsync("name: one\nmodel: {provider: gated, model_name: any}\nnodes: [{name: answer, type: agent}]");
        (await harness.Model.Calls.NextAsync()).Finish("Said by the first agent.");
        await harness.WaitAsync(first.Id);

        var second = await harness.SubmitAsync(
            "name: two\nnodes: [{name: answer, type: transform, set: {answer: \"'forty-two'\"}}]", change: request => request with { Thread = first.Thread.Thread });

        Assert.Equal("forty-two", (await harness.WaitAsync(second.Id)).Response);
    }

    [Theory]
    [InlineData("{a: state.x}", "false", "1")]
    [InlineData("{a: state.x, b: state.y}", "false", """{"a":1,"b":"two"}""")]
    [InlineData("{a: state.x, b: state.y}", "true", """{"a":1,"b":"two"}""")]
    [InlineData("{b: state.y, a: state.x}", "false", """{"b":"two","a":1}""")]
    public async Task Output_NestedGraphIsTheLast_IsItsOneValueOrAllOfThemAsAnObject(string output, string spawn, string expected)
    {
        await using var harness = await EngineHarness.StartAsync();
        var submitted = await harness.SubmitAsync($$"""
            name: nested
            nodes:
              - {name: first, type: transform, set: {a: "'stale'"} }
              - {name: inner, type: graph, spawn: {{spawn}}, output: {{output}}, graph: {nodes: [{name: set, type: transform, set: {x: "1", y: "'two'"} } ] } }
            edges: [{from: first, to: inner}]
            """);
        var end = harness.WaitAsync(submitted.Id);
        await harness.AdvanceUntilAsync(end);

        Assert.Equal(expected, (await end).Response);
        Assert.Equal(expected, (await harness.Client.GetAsync(submitted.Id, Token))!.Response);
    }

    /// <summary>An expression over the nested state is told of the nested conversation, whoever else in there reads it.</summary>
    [Fact]
    public async Task Output_ReadsTheMessagesOfItsGraph_ThatNothingElseReads()
    {
        await using var harness = await EngineHarness.StartAsync();
        var submitted = await harness.SubmitAsync("""
            name: nested
            nodes:
              - name: inner
                type: graph
                output: {said: "state.messages[size(state.messages) - 1].content"}
                graph: {nodes: [{name: talk, type: agent, model: {provider: gated, model_name: any}}]}
            """);
        (await harness.Model.Calls.NextAsync()).Finish("inside");

        Assert.Equal("inside", (await harness.WaitAsync(submitted.Id)).Response);
    }

    [Fact]
    public async Task Output_LastIterationFailed_IsNotTheOneBefore()
    {
        await using var harness = await EngineHarness.StartAsync();
        var submitted = await harness.SubmitAsync("""
            name: loop
            model: {provider: gated, model_name: any}
            nodes: [{name: talk, type: agent, on_error: continue, max_iterations: 2, output: true}]
            edges: [{from: start, to: talk}, {from: talk, to: talk, condition: state.errors == null}]
            """);
        (await harness.Model.Calls.NextAsync()).Finish("the first");
        (await harness.Model.Calls.NextAsync()).Fail("model_rejected", transient: false);

        Assert.True((await harness.WaitAsync(submitted.Id)).HasNoOutput);
    }

    [Fact]
    public async Task Output_RouterOfALaterExecution_DoesNotHandOnWhatAnEarlierOneSaid()
    {
        await using var harness = await EngineHarness.StartAsync();
        var first = await harness.SubmitAsync(TestAgents.Talker);
        (await harness.Model.Calls.NextAsync()).Finish("before");
        await harness.WaitAsync(first.Id);
        const string routed = """
            name: routed
            nodes: [{name: r, type: router, output: true}, {name: never, type: prompt, template: x}]
            edges: [{from: r, to: never, condition: "false"}, {from: r, to: end}]
            """;
        var second = await harness.SubmitAsync(routed, change: request => request with { Thread = first.Thread.Thread });

        Assert.True((await harness.WaitAsync(second.Id)).HasNoOutput);
    }

    [Fact]
    public async Task Output_OfANestedGraphThatGaveNothing_IsNull()
    {
        await using var harness = await EngineHarness.StartAsync();
        harness.Model.Responds = static call => call.Fail("model_rejected", transient: false);
        var submitted = await harness.SubmitAsync("""
            name: outer
            model: {provider: gated, model_name: any}
            nodes:
              - {name: box, type: graph, graph: {nodes: [{name: talk, type: agent, on_error: continue}]}}
              - {name: end1, type: prompt, template: "[{{ state.box == null }}]"}
            edges: [{from: box, to: end1}]
            """);

        Assert.Equal("[true]", (await harness.WaitAsync(submitted.Id)).Response);
    }

    [Fact]
    public async Task Model_ClientsOwnTimeOut_IsTriedAgain()
    {
        await using var harness = await EngineHarness.StartAsync();
        var id = (await harness.SubmitAsync(TestAgents.Stubborn)).Id;
        (await harness.Model.Calls.NextAsync()).Throw(new TaskCanceledException("The request was canceled due to the configured HttpClient.Timeout"));
        var next = harness.Model.Calls.NextAsync();
        await harness.AdvanceUntilAsync(next);
        (await next).Throw(new InvalidOperationException("wrapped", new TimeoutException()));
        next = harness.Model.Calls.NextAsync();
        await harness.AdvanceUntilAsync(next);
        (await next).Finish("hello");

        Assert.Equal("hello", (await harness.WaitAsync(id)).Response);
        Assert.Equal("model_timed_out", ModelErrors.TimedOut);
    }
}
