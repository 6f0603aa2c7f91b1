using Actant.Executions;
using Actant.Journaling;
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
        var tool = new GatedTool("work", ToolClass.Idempotent) { Responds = static call => call.Succeed() };
        await using var harness = await StartAsync(tool);
        var other = await harness.AddNodeAsync();

        for (var round = 1; round <= 3; round++)
        {
            var waiting = new List<Task<ExecutionResult>>();
            foreach (var client in Enumerable.Repeat((ExecutionClient[])[harness.Client, other.Client], 4).SelectMany(static clients => clients))
            {
                var reply = await client.SubmitAsync(EngineHarness.Request(Definition(limited: true)), Token);
                Assert.True(reply.IsDone, reply.Refusal?.ToString());
                waiting.Add(client.WaitAsync(reply.Value.Id, Token));
            }

            var results = await Task.WhenAll(waiting).WaitAsync(EngineHarness.Patience, Token);

            // The clock stands still: one window, in which whoever is refused is not called again.
            Assert.Equal(MostCalls * round, tool.Calls.Count);
            Assert.Equal(MostCalls, results.Count(static result => Assert.Single(result.ToolResults).Failure is null));
            Assert.All(results, static result => Assert.True(Assert.Single(result.ToolResults).Failure is null or { Code: ToolErrors.RateLimited }));
            await harness.AdvanceAsync(s_window);
        }

        Assert.True(harness.Node.Store.Grants > 0 && other.Store.Grants > 0);
    }

    [Theory]
    [InlineData(ToolClass.Idempotent)]
    [InlineData(ToolClass.Unsafe)]
    public async Task Limit_Reached_CallIsMadeWhenTheTimeHasCome(ToolClass toolClass)
    {
        var tool = new GatedTool("work", toolClass) { Responds = static call => call.Succeed() };
        await using var harness = await StartAsync(tool);
        for (var i = 0; i < MostCalls; i++)
        {
            await harness.WaitAsync((await harness.SubmitAsync(Definition(limited: true))).Id);
        }

        var waiting = harness.WaitAsync((await harness.SubmitAsync(Definition(limited: true, attempts: 20))).Id);
        await harness.AdvanceUntilAsync(waiting, TimeSpan.FromMinutes(5));

        Assert.Null(Assert.Single((await waiting).ToolResults).Failure);
        Assert.Equal(MostCalls + 1, tool.Calls.Count);
    }

    [Theory]
    [InlineData(ToolClass.Idempotent)]
    [InlineData(ToolClass.Unsafe)]
    public async Task Limit_ManyMoreThanItAllows_AllAreMadeInTurnAndNoneFails(ToolClass toolClass)
    {
        const int Many = 8 * MostCalls;
        var tool = new GatedTool("work", toolClass) { Responds = static call => call.Succeed() };
        await using var harness = await StartAsync(tool);
        var waiting = new List<Task<ExecutionResult>>();
        var threads = new List<string>();
        for (var i = 0; i < Many; i++)
        {
            // Refusals are no failures: three would be the end.
            var record = await harness.SubmitAsync(Definition(limited: true, attempts: 3));
            threads.Add(record.Thread.Thread);
            waiting.Add(harness.WaitAsync(record.Id));
        }

        await harness.AdvanceUntilAsync(Task.WhenAll(waiting), TimeSpan.FromMinutes(30));

        Assert.All(await Task.WhenAll(waiting), static result => Assert.Null(Assert.Single(result.ToolResults).Failure));
        Assert.Equal(Many, tool.Calls.Count);
        var refused = 0;
        foreach (var thread in threads)
        {
            refused += (await harness.Client.GetHistoryAsync(thread, 1, 500, Token)).Select(static entry => entry.Payload).OfType<AttemptFailed>().Count(static failed => failed.NotBegun);
        }

        // They come in turn: a few times each at most, not each in every window.
        Assert.InRange(refused, Many - MostCalls, 4 * Many);
    }

    [Fact]
    public async Task Limit_NodeRepeatsNothing_IsSaidAtOnce()
    {
        var tool = new GatedTool("work", ToolClass.Idempotent) { Responds = static call => call.Succeed() };
        await using var harness = await StartAsync(tool);
        for (var i = 0; i < MostCalls; i++)
        {
            await harness.WaitAsync((await harness.SubmitAsync(Definition(limited: true))).Id);
        }

        var refused = await harness.WaitAsync((await harness.SubmitAsync(Definition(limited: true, attempts: 1))).Id);

        Assert.Equal(ToolErrors.RateLimited, Assert.Single(refused.ToolResults).Failure?.Code);
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

    private static string Definition(bool limited, int attempts = 1) =>
        $$$"""
        name: worker
        tool_definitions: [{name: work, type: code{{{(limited ? $", limits: {{max_calls: {MostCalls}, window_seconds: {s_window.TotalSeconds:0}}}" : "")}}}}]
        nodes:
          - {name: main, type: agent, model: {provider: gated, model_name: any}, tools: [work], on_error: {max_attempts: {{{attempts}}}, backoff_ms: 1}}
        """;
}
