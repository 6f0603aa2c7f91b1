using System.Text;
using System.Text.Json;
using Actant.Executions;
using Actant.Journaling;
using Actant.Testing.Executions;
using Actant.Tools;

namespace Actant.Tests.Executions;

/// <summary>What is let in as deep as it may be can be read again by everybody; what is deeper is refused where it comes in.</summary>
[Trait("Row", "X6")]
public sealed class DepthTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static readonly JsonDocumentOptions s_any = new() { MaxDepth = 2000 };

    [Theory]
    [InlineData(58)]
    [InlineData(63)]
    [InlineData(64)]
    public async Task Input_AsDeepAsItMayBe_IsReadByWhoeverTakesTheThreadNext(int depth)
    {
        await using var harness = await StartAsync();

        var first = await harness.WaitAsync((await harness.SubmitAsync(TestAgents.Talker, null, request => request with { Input = Nested(depth), Thread = "t" })).Id);
        var second = await harness.WaitAsync((await harness.SubmitAsync(TestAgents.Talker, "again", static request => request with { Thread = "t" })).Id);

        Assert.Equal((ExecutionStatus.Completed, ExecutionStatus.Completed), (first.Record.Status, second.Record.Status));
        Assert.Equal(ExecutionStatus.Completed, (await harness.Client.GetAsync(first.Record.Id, Token))!.Record.Status);
        Assert.Equal(Nested(depth).GetProperty("a").GetRawText(), (await harness.Client.GetStateAsync("t", null, Token))!.Values["a"].GetRawText());
    }

    [Theory]
    [InlineData(65)]
    [InlineData(600)]
    [InlineData(1500)]
    public async Task Input_TooDeep_IsRefused(int depth)
    {
        await using var harness = await StartAsync();

        var reply = await harness.Client.SubmitAsync(EngineHarness.Request(TestAgents.Talker) with { Input = Nested(depth) }, Token);

        Assert.Equal("invalid_input", reply.Refusal!.Code);
        Assert.Equal(("$.input", "value_too_deep"), (reply.Refusal.Errors![0].Path, reply.Refusal.Errors[0].Code));
    }

    [Theory]
    [InlineData(63, "[1]")]
    [InlineData(64, "depth of 64")]
    [InlineData(500, "depth of 64")]
    [InlineData(1500, "JSON")]
    public async Task Arguments_OfAModel_ReachTheToolOrTheModelHearsWhy(int depth, string told)
    {
        var tool = new GatedTool("work", ToolClass.Pure) { Responds = static call => call.Succeed("[1]") };
        await using var harness = await StartAsync(tool);
        harness.Model.Responds = call =>
        {
            if (call.Messages.Count > 1)
            {
                call.Finish("done");
                return;
            }

            call.Demand("c1", "work", Nested(depth));
            call.Finish();
        };

        var ended = await harness.WaitAsync((await harness.SubmitAsync(TestAgents.Worker, "go", static request => request with { Thread = "t" })).Id);

        Assert.Equal(ExecutionStatus.Completed, ended.Record.Status);
        var result = Assert.Single(ended.ToolResults);
        Assert.Contains(told, result.Failure?.Message ?? result.Output!.Value.GetString(), StringComparison.Ordinal);
        await AssertReadableAsync(harness, ended);
    }

    [Theory]
    [InlineData(64, null)]
    [InlineData(65, "tool_output_too_deep")]
    [InlineData(1500, "tool_output_too_deep")]
    public async Task Output_OfATool_IsKeptOrFails(int depth, string? code)
    {
        var tool = FunctionTool.Create(() => ToolResult.Succeeded(Nested(depth)), "work", "Works.", ToolClass.Pure);
        await using var harness = await StartAsync(tool);
        harness.Model.Responds = static call =>
        {
            if (call.Messages.Count > 1)
            {
                call.Finish("done");
            }
            else
            {
                call.FinishWithCall("c1", "work");
            }
        };

        var ended = await harness.WaitAsync((await harness.SubmitAsync(TestAgents.Worker, "go", static request => request with { Thread = "t" })).Id);

        Assert.Equal(ExecutionStatus.Completed, ended.Record.Status);
        Assert.Equal(code, Assert.Single(ended.ToolResults).Failure?.Code);
        await AssertReadableAsync(harness, ended);
    }

    [Theory]
    [InlineData(64, null)]
    [InlineData(65, "value_too_deep")]
    public async Task Answer_OfAPerson_IsTakenOrRefused(int depth, string? code)
    {
        await using var harness = await StartAsync();
        var asked = await harness.WaitAsync((await harness.SubmitAsync(TestAgents.Asking, "go", static request => request with { Thread = "t" })).Id);

        var reply = await harness.Client.ResumeAsync(asked.Record.Id, new ResumeRequest { Answer = Nested(depth) }, Token);

        Assert.Equal(code, reply.Refusal?.Errors![0].Code);
        if (code is null)
        {
            await AssertReadableAsync(harness, await harness.WaitAsync(asked.Record.Id));
        }
    }

    [Theory]
    [InlineData("{x: \"[state.x]\"}")]
    [InlineData("{x: \"{'a': state.x}\"}")]
    public async Task Transform_DeeperInEachIteration_FailsAtTheLimit(string set)
    {
        await using var harness = await StartAsync();

        var ended = await harness.WaitAsync((await harness.SubmitAsync(
            $$"""
            name: nest
            nodes:
              - {name: wrap, type: transform, set: {{set}}, max_iterations: 200}
            edges:
              - {from: start, to: wrap}
              - {from: wrap, to: wrap, condition: "true"}
            limits: {max_steps: 1000}
            """,
            "go",
            static request => request with { Thread = "t" })).Id);

        Assert.Equal((ExecutionStatus.Failed, "value_too_deep"), (ended.Record.Status, ended.Record.Failure?.Code));
        var depth = 0;
        for (var value = (await harness.Client.GetStateAsync("t", null, Token))!.Values["x"]; value.ValueKind is JsonValueKind.Array or JsonValueKind.Object; depth++)
        {
            value = value.ValueKind == JsonValueKind.Array ? value[0] : value.GetProperty("a");
        }

        Assert.Equal(64, depth);
    }

    [Fact]
    public async Task Append_OfADeepItem_IsReadAgain()
    {
        await using var harness = await StartAsync();

        var ended = await harness.WaitAsync((await harness.SubmitAsync(
            """
            name: list
            state: {l: {reducer: append}}
            nodes:
              - {name: a, type: transform, set: {l: "input.x"}}
              - {name: b, type: transform, set: {copy: "state.l"}, on_error: continue}
              - {name: c, type: prompt, template: "{{ size(state.l) }} {{ state.errors.b.code }}"}
            edges: [{from: a, to: b}, {from: b, to: c}]
            """,
            new { x = Nested(63) },
            static request => request with { Thread = "t" })).Id);

        Assert.Equal("1 ", ended.Response);
        await AssertReadableAsync(harness, ended);
    }

    [Fact]
    public async Task ToolNode_ArgumentsTooDeep_Fail()
    {
        var tool = new GatedTool("work", ToolClass.Pure) { Responds = static call => call.Succeed() };
        await using var harness = await StartAsync(tool);

        var ended = await harness.WaitAsync((await harness.SubmitAsync(
            """
            name: call
            nodes:
              - {name: work, type: tool, tool: work, arguments: {q: [["{{ input.x }}"]]}}
            """,
            new { x = Nested(62) })).Id);

        Assert.Equal("value_too_deep", ended.Record.Failure?.Code);
    }

    [Fact]
    public async Task NestedGraph_WholeStateAsInput_IsReadAgain()
    {
        await using var harness = await StartAsync();

        var ended = await harness.WaitAsync((await harness.SubmitAsync(
            """
            name: box
            nodes:
              - name: inner
                type: graph
                input: {given: "input.x"}
                graph:
                  nodes:
                    - {name: ask, type: human, prompt: "May I?"}
            """,
            new { x = Nested(63) },
            static request => request with { Thread = "t" })).Id);

        Assert.Equal(ExecutionStatus.Interrupted, ended.Record.Status);
        await harness.Client.ResumeAsync(ended.Record.Id, new ResumeRequest { Answer = JsonElement.Parse("true") }, Token);
        await AssertReadableAsync(harness, await harness.WaitAsync(ended.Record.Id));
    }

    private static async Task AssertReadableAsync(EngineHarness harness, ExecutionResult ended)
    {
        Assert.Equal(ExecutionStatus.Completed, ended.Record.Status);
        Assert.Equal(ended.Response, (await harness.Client.GetAsync(ended.Record.Id, Token))!.Response);
        Assert.NotNull(await harness.Client.GetStateAsync("t", null, Token));
        Assert.DoesNotContain(await harness.Client.GetHistoryAsync("t", 1, 500, Token), static entry => entry.Payload is UnknownPayload);
    }

    /// <summary>Nothing stays folded in memory.</summary>
    private static async Task<EngineHarness> StartAsync(params Tool[] tools)
    {
        var harness = await EngineHarness.StartAsync(tools, static options => options.ThreadCacheBytes = 0);
        harness.Model.Responds = static call => call.Finish("hi");
        return harness;
    }

    private static JsonElement Nested(int depth) =>
        JsonElement.Parse(new StringBuilder().Insert(0, "{\"a\":", depth).Append('1').Append('}', depth).ToString(), s_any);
}
