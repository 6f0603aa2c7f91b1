using Actant.Journaling;
using Actant.Storage;
using Actant.Testing.Executions;
using Actant.Tools;

namespace Actant.Tests.Executions;

/// <summary>What is more than one append takes is stored in several, in order, and nothing of it is lost.</summary>
[Trait("Row", "X1")]
public sealed class LongAppendTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(996, "sync")]
    [InlineData(1_100, "sync")]
    [InlineData(2_600, "async")]
    [InlineData(1_100, "exit")]
    public async Task Cycle_OfManyNodesWithoutEffect_Ends(int iterations, string durability)
    {
        await using var harness = await StartAsync();

        var ended = await harness.WaitAsync((await harness.SubmitAsync(
            $$$"""
            name: loop
            state: {n: {default: 0}}
            nodes:
              - {name: try, type: transform, set: {n: "state.n + 1"}, max_iterations: 5000}
              - {name: done, type: prompt, template: "After {{ state.n }}"}
            edges:
              - {from: start, to: try}
              - {from: try, to: try, condition: "state.n < {{{iterations}}}"}
              - {from: try, to: done, condition: "state.n >= {{{iterations}}}"}
            limits: {max_steps: 100000}
            durability: {{{durability}}}
            """,
            "go",
            static request => request with { Thread = "t" })).Id);

        Assert.Equal($"After {iterations}", ended.Response);
        await AssertWholeAsync(harness, ended.Record);
    }

    [Theory]
    [InlineData(1_001)]
    [InlineData(2_500)]
    public async Task Answer_WithManyUnknownCalls_HasAResultForEach(int calls)
    {
        await using var harness = await StartAsync();
        harness.Model.Responds = call =>
        {
            for (var i = 0; call.Messages.Count == 1 && i < calls; i++)
            {
                call.Demand($"c{i}", "nothing");
            }

            call.Finish("done");
        };

        var ended = await harness.WaitAsync((await harness.SubmitAsync(TestAgents.Talker, "go", static request => request with { Thread = "t" })).Id);

        Assert.Equal((ExecutionStatus.Completed, calls), (ended.Record.Status, ended.ToolResults.Count));
        await AssertWholeAsync(harness, ended.Record);
    }

    [Fact]
    public async Task Cycle_ThatWritesMuch_IsStoredBeforeItFillsTheMemory()
    {
        await using var harness = await StartAsync();

        var ended = await harness.WaitAsync((await harness.SubmitAsync(
            """
            name: loop
            state: {n: {default: 0}}
            nodes:
              - {name: try, type: transform, set: {n: "state.n + 1", text: "input.text"}, max_iterations: 500}
              - {name: done, type: prompt, template: "{{ state.n }}"}
            edges:
              - {from: start, to: try}
              - {from: try, to: try, condition: "state.n < 60"}
              - {from: try, to: done, condition: "state.n >= 60"}
            durability: exit
            """,
            new { text = new string('x', 400_000) },
            static request => request with { Thread = "t" })).Id);

        Assert.Equal("60", ended.Response);
        Assert.InRange(harness.Node.Store.Appends.Count, 6, 10);
        await AssertWholeAsync(harness, ended.Record);
    }

    [Fact]
    public async Task ProcessDies_BetweenTwoParts_NothingIsLostOrTwice()
    {
        await using var harness = await StartAsync();
        var first = harness.Node;
        var died = new TaskCompletionSource();
        first.Store.BeforeAppend = request =>
        {
            if (request.Entries.Count > 0 && request.Position > 500)
            {
                first.Kill();
                died.TrySetResult();
            }

            return ValueTask.CompletedTask;
        };
        var submitted = await first.Client.SubmitAsync(
            EngineHarness.Request(
                """
                name: loop
                state: {n: {default: 0}}
                nodes:
                  - {name: try, type: transform, set: {n: "state.n + 1"}, max_iterations: 5000}
                  - {name: done, type: prompt, template: "After {{ state.n }}"}
                edges:
                  - {from: start, to: try}
                  - {from: try, to: try, condition: "state.n < 1500"}
                  - {from: try, to: done, condition: "state.n >= 1500"}
                limits: {max_steps: 100000}
                """) with
            { Thread = "t" },
            Token);
        await died.Task.WaitAsync(EngineHarness.Patience, Token);

        // Not before: it could take the work of one that has no time.
        await harness.AddNodeAsync();
        var ended = harness.WaitAsync(submitted.Value!.Id);
        await harness.AdvanceUntilAsync(ended, TimeSpan.FromMinutes(2));

        Assert.Equal("After 1500", (await ended).Response);
        await AssertWholeAsync(harness, (await ended).Record);
        Assert.Empty((await harness.Store.ReadInboxAsync(new ThreadKey(TenantId.Default, "t"), 0, Token)).Signals);
    }

    [Fact]
    public async Task Output_LargerThanCanBeStored_FailsTheCallAndKeepsTheRest()
    {
        var ran = 0;
        var tool = FunctionTool.Create(
            () =>
            {
                ran++;
                return new string('x', JsonLimits.MaxValueBytes);
            },
            "work", "Works.", ToolClass.Unsafe);
        await using var harness = await StartAsync(tool);
        harness.Model.Responds = static call =>
        {
            if (call.Messages.Count == 1)
            {
                call.FinishWithCall("c1", "work");
            }
            else
            {
                call.Finish("done");
            }
        };

        var ended = await harness.WaitAsync((await harness.SubmitAsync(
            TestAgents.Worker + "\ntool_definitions:\n  - {name: work, type: code, config: {tool: work}, limits: {max_output_bytes: 1000000000}}")).Id);

        Assert.Equal((ExecutionStatus.Completed, 1), (ended.Record.Status, ran));
        Assert.Equal(ToolErrors.OutputTooLarge, Assert.Single(ended.ToolResults).Failure?.Code);
    }

    [Fact]
    public async Task Answer_LargerThanCanBeStored_EndsWithACodeOfItsOwn()
    {
        await using var harness = await StartAsync();
        harness.Model.Responds = static call => call.Finish(new string('ß', (StorageLimits.MaxContentBytes / 6) + 1));

        var ended = await harness.WaitAsync((await harness.SubmitAsync(TestAgents.Talker, "go", static request => request with { Thread = "t" })).Id);

        Assert.Equal((ExecutionStatus.Failed, "value_too_large"), (ended.Record.Status, ended.Record.Failure?.Code));
        Assert.Single((await harness.Client.GetStateAsync("t", null, Token))!.Messages);
    }

    private static async Task AssertWholeAsync(EngineHarness harness, ExecutionRecord record)
    {
        var entries = new List<Entry>();
        for (var page = await harness.Client.GetHistoryAsync("t", 1, 500, Token); page.Count > 0; page = await harness.Client.GetHistoryAsync("t", entries.Count + 1, 500, Token))
        {
            entries.AddRange(page);
        }

        Assert.Equal(Enumerable.Range(1, entries.Count).Select(static position => (long)position), entries.Select(static entry => entry.Position));
        Assert.Equal(record.EndPosition, entries[^1].Position);
        Assert.Single(entries, static entry => entry.Payload is InputReceived);
        Assert.Single(entries, static entry => entry.Payload is ExecutionStarted);
        Assert.Equal(ExecutionStatus.Completed, (await harness.Client.GetRecordAsync(record.Id, Token))!.Status);
    }

    private static Task<EngineHarness> StartAsync(params Tool[] tools) => EngineHarness.StartAsync(tools, Configure);

    // Who watches the loops writes the whole state after each step.
    private static void Configure(EngineOptions options) => (options.ThreadCacheBytes, options.Watch) = (0, null);
}
