using Actant.Executions;
using Actant.Testing.Executions;
using Actant.Tools;
using Microsoft.Extensions.AI;

namespace Actant.Tests.Executions;

[Trait("Row", "T7")]
public sealed class RateLimitTests
{
    private const int MostCalls = 3;
    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(60);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Limit_TwoNodesOnOneStore_HoldsForBothTogetherAndAllOfItIsUsed()
    {
        var tool = new GatedTool("work", ToolClass.Idempotent);
        await using var harness = await StartAsync(tool);
        var (calls, gate) = (new List<DateTimeOffset>(), new Lock());
        tool.Responds = call =>
        {
            lock (gate)
            {
                calls.Add(harness.Time.GetUtcNow());
            }

            call.Succeed();
        };
        var other = await harness.AddNodeAsync();
        var started = harness.Time.GetUtcNow();

        var waiting = new List<Task<ExecutionResult>>();
        for (var i = 0; i < 4; i++)
        {
            foreach (var node in (EngineNode[])[harness.Node, other])
            {
                var reply = await node.Client.SubmitAsync(EngineHarness.Request(Definition(limited: true)), Token);
                Assert.True(reply.IsDone, reply.Refusal?.ToString());
                waiting.Add(node.Client.WaitAsync(reply.Value.Id, Token));
            }
        }

        var all = Task.WhenAll(waiting);
        await harness.AdvanceUntilAsync(all, TimeSpan.FromMinutes(30));

        Assert.All(await all, static result => Assert.Equal("done", result.Response));
        Assert.Equal(8, calls.Count);
        Assert.All(calls, last => Assert.InRange(calls.Count(call => call <= last && call > last - s_window), 1, MostCalls));
        Assert.Equal(MostCalls, calls.Count(call => call < started + s_window));
        Assert.True(harness.Node.Store.Grants > 0 && other.Store.Grants > 0);
    }

    [Fact]
    public async Task Limit_None_AsksTheStoreNothing()
    {
        var tool = new GatedTool("work", ToolClass.Idempotent) { Responds = static call => call.Succeed() };
        await using var harness = await StartAsync(tool);

        var id = (await harness.SubmitAsync(Definition(limited: false))).Id;

        Assert.Equal("done", (await harness.WaitAsync(id)).Response);
        Assert.Equal((1, 0), (tool.Calls.Count, harness.Node.Store.Grants));
    }

    private static async Task<EngineHarness> StartAsync(GatedTool tool)
    {
        var harness = await EngineHarness.StartAsync([tool]);
        harness.Model.Responds = static call =>
        {
            if (call.Messages.Any(static message => message.Role == ChatRole.Tool))
            {
                call.Finish("done");
            }
            else
            {
                call.FinishWithCall("c1", "work");
            }
        };
        return harness;
    }

    private static string Definition(bool limited) =>
        $$$"""
        name: worker
        tool_definitions: [{name: work, type: code{{{(limited ? $", limits: {{max_calls: {MostCalls}, window_seconds: {s_window.TotalSeconds:0}}}" : "")}}}}]
        nodes:
          - {name: main, type: agent, model: {provider: gated, model_name: any}, tools: [work], on_error: {max_attempts: 20, backoff_ms: 1}}
        """;
}
