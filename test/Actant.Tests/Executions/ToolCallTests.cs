using System.Text.Json;
using Actant.Storage;
using Actant.Testing.Executions;
using Actant.Tools;

namespace Actant.Tests.Executions;

/// <summary>Calls that fail, and what is stored of calls and when.</summary>
[Trait("Row", "X11")]
[Trait("Row", "T7")]
[Trait("Row", "T8")]
public sealed class ToolCallTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("nothing", "{}", "tool_not_found")]
    [InlineData("strict", """{"n": "one"}""", "tool_invalid_arguments")]
    [InlineData("large", "{}", "tool_output_too_large")]
    [InlineData("broken", "{}", "tool_execution_failed")]
    public async Task Call_Fails_TheModelSeesTheErrorAndGoesOn(string tool, string arguments, string code)
    {
        Tool[] tools =
        [
            FunctionTool.Create((int n) => n, "strict", "Wants a number.", ToolClass.Pure),
            FunctionTool.Create(() => new string('x', 2_000_000), "large", "Says much.", ToolClass.Pure),
            FunctionTool.Create(string () => throw new InvalidOperationException("Broken."), "broken", "Breaks.", ToolClass.Pure),
        ];
        await using var harness = await EngineHarness.StartAsync(tools);
        var submitted = await harness.SubmitAsync("name: errors\nmodel: {provider: gated, model_name: any}\ntools: [strict, large, broken]");
        var asked = await harness.Model.Calls.NextAsync();
        asked.Demand("a", tool, JsonElement.Parse(arguments).EnumerateObject().Select(member => (member.Name, (object?)member.Value)));
        asked.Finish();
        var next = await harness.Model.Calls.NextAsync();
        using var error = JsonDocument.Parse($"{next.Messages[^1].Contents.OfType<Microsoft.Extensions.AI.FunctionResultContent>().Single().Result}");
        next.Finish("I see.");
        var result = await harness.WaitAsync(submitted.Id);

        Assert.False(error.RootElement.GetProperty("success").GetBoolean());
        Assert.Equal((code, tool), (error.RootElement.GetProperty("code").GetString(), error.RootElement.GetProperty("tool_name").GetString()));
        Assert.True(error.RootElement.TryGetProperty("error", out _) && error.RootElement.TryGetProperty("timestamp", out _));
        Assert.Equal((ExecutionStatus.Completed, "I see."), (result.Record.Status, result.Response));
        Assert.Equal((false, code), (result.ToolResults[0].Success, result.ToolResults[0].Failure!.Code));
    }

    [Fact]
    public async Task IdempotencyKey_SameOverAttempts_DifferentOverCallsAndTurns()
    {
        var put = new GatedTool("put", ToolClass.Idempotent);
        await using var harness = await EngineHarness.StartAsync([put]);
        var submitted = await harness.SubmitAsync("name: keys\nmodel: {provider: gated, model_name: any}\ntools: [put]");
        var keys = new List<(int Attempt, string Key)>();
        for (var turn = 0; turn < 2; turn++)
        {
            var asked = await harness.Model.Calls.NextAsync();
            asked.Demand("a", "put", ("n", "a"));
            asked.Demand("b", "put", ("n", "b"));
            asked.Finish();
            var a = await put.Calls.NextAsync(call => call.Has("a"));
            var b = await put.Calls.NextAsync(call => call.Has("b"));
            b.Succeed();
            a.Fail("busy", transient: true);
            var again = put.Calls.NextAsync();
            await harness.AdvanceUntilAsync(again);
            (await again).Succeed();
            keys.AddRange(new[] { a, b, await again }.Select(call => (call.Call.Attempt, call.Call.IdempotencyKey)));
        }

        (await harness.Model.Calls.NextAsync()).Finish("ok");
        await harness.WaitAsync(submitted.Id);

        Assert.Equal([1, 1, 2, 1, 1, 2], keys.Select(key => key.Attempt));
        Assert.Equal(keys[0].Key, keys[2].Key);
        Assert.Equal(keys[3].Key, keys[5].Key);
        Assert.Equal(4, keys.Select(key => key.Key).Distinct().Count());
    }

    [Theory]
    [InlineData("sync", "tool_finished", true)]
    [InlineData("exit", "tool_finished", false)]
    public async Task Durability_PureCall_IsStoredBeforeTheNextStepOrAtTheEnd(string durability, string kind, bool isStored)
    {
        var look = new GatedTool("look", ToolClass.Pure) { Responds = static call => call.Succeed() };
        await using var harness = await EngineHarness.StartAsync([look]);
        var submitted = await DemandAsync(harness, durability, "look");
        var next = await harness.Model.Calls.NextAsync();

        Assert.Equal(isStored, (await KindsAsync(harness, submitted)).Contains(kind));
        next.Finish("ok");
        await harness.WaitAsync(submitted.Id);
        Assert.Equal(
            ["taken", "input_received", "execution_started", "model_answered", "tool_finished", "model_answered", "node_finished", "execution_completed"],
            await KindsAsync(harness, submitted));
    }

    [Theory]
    [InlineData("sync")]
    [InlineData("async")]
    [InlineData("exit")]
    public async Task Durability_UnsafeCall_IsStoredBeforeAndAfterWhateverTheSetting(string durability)
    {
        var send = new GatedTool("send");
        await using var harness = await EngineHarness.StartAsync([send]);
        var submitted = await DemandAsync(harness, durability, "send");
        var call = await send.Calls.NextAsync();
        Assert.Equal("tool_started", (await KindsAsync(harness, submitted))[^1]);

        call.Succeed();
        var next = await harness.Model.Calls.NextAsync();
        Assert.Equal("tool_finished", (await KindsAsync(harness, submitted))[^1]);
        next.Finish("ok");
        await harness.WaitAsync(submitted.Id);
    }

    [Fact]
    public async Task Durability_Async_RunsOneStepAheadOfTheStore()
    {
        var look = new GatedTool("look", ToolClass.Pure) { Responds = static call => call.Succeed() };
        await using var harness = await EngineHarness.StartAsync([look]);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        harness.Node.Store.BeforeAppend = _ => new ValueTask(gate.Task);
        var submitted = await DemandAsync(harness, "async", "look");
        await look.Calls.NextAsync();

        Assert.Equal(["taken"], await KindsAsync(harness, submitted));
        gate.SetResult();
        (await harness.Model.Calls.NextAsync()).Finish("ok");
        Assert.Equal(ExecutionStatus.Completed, (await harness.WaitAsync(submitted.Id)).Record.Status);
        Assert.Equal("execution_completed", (await KindsAsync(harness, submitted))[^1]);
    }

    private static async Task<ExecutionRecord> DemandAsync(EngineHarness harness, string durability, string tool)
    {
        var submitted = await harness.SubmitAsync($"name: durable\nmodel: {{provider: gated, model_name: any}}\ntools: [{tool}]\ndurability: {durability}");
        var asked = await harness.Model.Calls.NextAsync();
        asked.Demand("a", tool);
        asked.Finish();
        return submitted;
    }

    private static async Task<List<string>> KindsAsync(EngineHarness harness, ExecutionRecord record) =>
        [.. (await harness.Client.GetHistoryAsync(record.Thread.Thread, 1, 500, Token)).Select(entry => entry.Payload.Kind)];
}
