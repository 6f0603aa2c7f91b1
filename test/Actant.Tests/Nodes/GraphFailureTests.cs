using Actant.Testing.Executions;

namespace Actant.Tests.Nodes;

/// <summary>What fails in a graph, and how far it reaches.</summary>
[Trait("Row", "A1")]
public sealed class GraphFailureTests
{
    private const string Gated = "{provider: gated, model_name: any}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Continue_FailedNode_GoesOnWithTheErrorInTheState()
    {
        await using var harness = await EngineHarness.StartAsync();
        var submitted = await harness.SubmitAsync("""
            name: go-on
            nodes:
              - {name: bad, type: transform, set: {x: "1 / 0"}, on_error: continue}
              - {name: end, type: prompt, template: "{{ state.errors.bad.code }}"}
            edges: [{from: bad, to: end}]
            """);

        Assert.Equal("expression_error", (await harness.WaitAsync(submitted.Id)).Response);
    }

    [Fact]
    public async Task Fallback_FailedNode_TakesItsErrorEdgeOnly()
    {
        await using var harness = await EngineHarness.StartAsync();
        harness.Model.Responds = static call => call.Fail("model_rejected", transient: false);
        var submitted = await harness.SubmitAsync($$"""
            name: fall-back
            nodes:
              - {name: ask, type: prompt, template: hi, model: {{Gated}}, on_error: fallback}
              - {name: fine, type: prompt, template: fine}
              - {name: sorry, type: prompt, template: sorry}
            edges:
              - {from: ask, to: fine}
              - {from: ask, to: sorry, type: error}
            """);
        var result = await harness.WaitAsync(submitted.Id);

        Assert.Equal("sorry", result.Response);
        Assert.DoesNotContain("fine", (await harness.Client.GetStateAsync(submitted.Thread.Thread, null, Token))!.Values.Keys);
    }

    [Fact]
    public async Task FailFast_OneBranchFails_CancelsTheOther()
    {
        await using var harness = await EngineHarness.StartAsync();
        var submitted = await harness.SubmitAsync($$"""
            name: fail-fast
            nodes:
              - {name: a, type: prompt, template: a, model: {{Gated}} }
              - {name: b, type: prompt, template: b, model: {{Gated}} }
            edges: [{from: start, to: a}, {from: start, to: b}]
            """);
        var other = await harness.Model.Calls.NextAsync(call => call.LastText == "b");
        (await harness.Model.Calls.NextAsync(call => call.LastText == "a")).Fail("model_rejected", transient: false);
        var result = await harness.WaitAsync(submitted.Id);

        await other.Cancelled;
        Assert.Equal((ExecutionStatus.Failed, "model_rejected", "a"), (result.Record.Status, result.Record.Failure!.Code, result.Record.Failure.Where));
        Assert.Equal(2, harness.Model.Calls.Count);
    }

    [Fact]
    public async Task FailFast_InsideANestedGraph_FailsTheNodeOnly()
    {
        await using var harness = await EngineHarness.StartAsync();
        var submitted = await harness.SubmitAsync("""
            name: nested
            nodes:
              - name: inner
                type: graph
                on_error: continue
                graph: {nodes: [{name: bad, type: transform, set: {x: "1 / 0"}}]}
              - {name: end, type: prompt, template: "{{ state.errors.inner.code }}"}
            edges: [{from: inner, to: end}]
            """);

        Assert.Equal("expression_error", (await harness.WaitAsync(submitted.Id)).Response);
    }

    [Theory]
    [InlineData("state.n > 'a'")]
    [InlineData("state.n")]
    public async Task Condition_OfAWrongType_FailsItsNodeWithThePath(string condition)
    {
        await using var harness = await EngineHarness.StartAsync();
        var submitted = await harness.SubmitAsync($$"""
            name: condition
            nodes: [{name: a, type: transform, set: {n: "1"} }, {name: b, type: prompt, template: b}]
            edges: [{from: a, to: b, condition: "{{condition}}"}]
            """);
        var failure = (await harness.WaitAsync(submitted.Id)).Record.Failure!;

        Assert.Equal(("expression_error", "a"), (failure.Code, failure.Where));
        Assert.Contains("state.n", failure.Message, StringComparison.Ordinal);
        Assert.Contains("a → b", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Graph_NoOutputReached_Stalls()
    {
        await using var harness = await EngineHarness.StartAsync();
        var submitted = await harness.SubmitAsync("""
            name: stalled
            nodes: [{name: a, type: transform, set: {n: "1"}}, {name: b, type: prompt, template: b}]
            edges: [{from: a, to: b, condition: state.n > 1}]
            """);

        Assert.Equal("graph_stalled", (await harness.WaitAsync(submitted.Id)).Record.Failure!.Code);
    }

    [Fact]
    public async Task MaxSteps_Passed_FailsWithRecursionLimit()
    {
        await using var harness = await EngineHarness.StartAsync();
        var submitted = await harness.SubmitAsync("""
            name: steps
            state: {n: {default: 0}}
            nodes: [{name: a, type: transform, set: {n: "state.n + 1"}, max_iterations: 1000, output: true}]
            edges: [{from: start, to: a}, {from: a, to: a, condition: state.n < 100}]
            limits: {max_steps: 10}
            """);
        var result = await harness.WaitAsync(submitted.Id);

        Assert.Equal("recursion_limit", result.Record.Failure!.Code);
        Assert.Equal(10, (await harness.Client.GetStateAsync(submitted.Thread.Thread, null, Token))!.Values["n"].GetInt32());
    }

    [Fact]
    public async Task MaxTurns_Passed_FailsWithRecursionLimit()
    {
        var tool = new GatedTool("look", ToolClass.Pure) { Responds = static call => call.Succeed() };
        await using var harness = await EngineHarness.StartAsync([tool]);
        harness.Model.Responds = static call =>
        {
            call.Demand($"c{call.Messages.Count}", "look");
            call.Finish();
        };
        var submitted = await harness.SubmitAsync($"name: turns\nmodel: {Gated}\ntools: [look]\nmax_turns: 3");

        Assert.Equal("recursion_limit", (await harness.WaitAsync(submitted.Id)).Record.Failure!.Code);
        Assert.Equal(3, harness.Model.Calls.Count);
        Assert.Equal(3, tool.Calls.Count);
    }

    [Fact]
    public async Task MaxStateBytes_Passed_FailsButReplacingDoesNotCount()
    {
        await using var harness = await EngineHarness.StartAsync();
        string Definition(string reducer) => $$"""
            name: state
            state: {n: {default: 0}, text: {{reducer}} }
            nodes: [{name: a, type: transform, set: {n: "state.n + 1", text: "'{{new string('x', 500)}}'"}, max_iterations: 100, output: true}]
            edges: [{from: start, to: a}, {from: a, to: a, condition: state.n < 20}]
            limits: {max_state_bytes: 4096}
            """;
        var replaced = await harness.SubmitAsync(Definition("set"));
        var appended = await harness.SubmitAsync(Definition("append"));

        Assert.Equal(ExecutionStatus.Completed, (await harness.WaitAsync(replaced.Id)).Record.Status);
        Assert.Equal("state_too_large", (await harness.WaitAsync(appended.Id)).Record.Failure!.Code);
    }

    [Theory]
    [InlineData("n", "'text'", "state: {n: {schema: {type: integer}}}")]
    [InlineData("messages", "'text'", "")]
    [InlineData("messages", "[{'role': 'nobody', 'content': 'x'}]", "")]
    public async Task State_ValueThatMustNotStandThere_FailsTheNode(string key, string value, string state)
    {
        await using var harness = await EngineHarness.StartAsync();
        var submitted = await harness.SubmitAsync($$"""
            name: schema
            {{state}}
            nodes: [{name: a, type: transform, set: { {{key}}: "{{value}}" } }]
            """);
        var failure = (await harness.WaitAsync(submitted.Id)).Record.Failure!;

        Assert.Equal(("invalid_state_value", "a"), (failure.Code, failure.Where));
    }

    [Fact]
    public async Task State_InputThatDoesNotFit_FailsBeforeAnythingRuns()
    {
        await using var harness = await EngineHarness.StartAsync();
        var submitted = await harness.SubmitAsync("""
            name: schema
            state: {n: {schema: {type: integer}}}
            nodes: [{name: a, type: prompt, template: a}]
            """, new { n = "text" });

        Assert.Equal("invalid_state_value", (await harness.WaitAsync(submitted.Id)).Record.Failure!.Code);
    }
}
