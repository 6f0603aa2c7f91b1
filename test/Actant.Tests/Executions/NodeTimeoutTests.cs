using System.Text.Json;
using Actant.Executions;
using Actant.Journaling;
using Actant.Storage;
using Actant.Testing.Executions;

namespace Actant.Tests.Executions;

/// <summary>Time-outs of nodes: stored when they begin, and the same whoever holds the thread and wherever its state is.</summary>
[Trait("Row", "X10")]
public sealed class NodeTimeoutTests
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(40);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Timeout_StoredRetriesInside_EndsTheNodeInTime(bool isKept)
    {
        await using var harness = await StartAsync(isKept);
        harness.Model.Responds = static call => call.Fail("rate_limit_exceeded", retryAfterMs: 15_000);
        var began = harness.Time.GetUtcNow();
        var submitted = await harness.SubmitAsync(Box("{name: w, type: agent, on_error: {max_attempts: 20}}"));
        var waiting = harness.WaitAsync(submitted.Id);

        await harness.AdvanceUntilAsync(waiting);

        Assert.Equal("node_timed_out", (await waiting).Record.Failure?.Code);
        Assert.InRange(harness.Time.GetUtcNow() - began, s_timeout, s_timeout + TimeSpan.FromSeconds(10));
        Assert.Single(await HistoryAsync(harness, submitted), entry => entry.Payload is NodeStarted);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Timeout_APersonInside_DoesNotCountTheWait(bool isKept)
    {
        await using var harness = await StartAsync(isKept);
        var submitted = await harness.SubmitAsync(Box("{name: ask, type: human, prompt: Inside?}, {name: w, type: agent}", "[{from: ask, to: w}]"));
        await harness.WaitAsync(submitted.Id);
        await harness.AdvanceAsync(TimeSpan.FromMinutes(10));
        var asked = (await harness.Client.GetAsync(submitted.Id, Token))!;
        Assert.Equal(ExecutionStatus.Interrupted, asked.Record.Status);
        await ResumeAsync(harness, submitted.Id, "true");
        await harness.Model.Calls.NextAsync();
        var resumed = harness.Time.GetUtcNow();
        var waiting = harness.WaitAsync(submitted.Id);

        await harness.AdvanceUntilAsync(waiting);

        Assert.Equal("node_timed_out", (await waiting).Record.Failure?.Code);
        Assert.InRange(harness.Time.GetUtcNow() - resumed, s_timeout - TimeSpan.FromSeconds(10), s_timeout + TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Timeout_ABranchWorksBesideTheQuestion_Counts()
    {
        await using var harness = await StartAsync(isKept: true);
        var began = harness.Time.GetUtcNow();
        var submitted = await harness.SubmitAsync(Box("{name: ask, type: human, prompt: Inside?}, {name: w, type: agent}"));
        var call = await harness.Model.Calls.NextAsync();
        var waiting = EndAsync(harness, submitted.Id);

        await harness.AdvanceUntilAsync(waiting);

        await call.Cancelled;
        Assert.Equal("node_timed_out", (await waiting).Failure?.Code);
        Assert.InRange(harness.Time.GetUtcNow() - began, s_timeout, s_timeout + TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Timeout_TakenOver_IsNotStartedAnew()
    {
        await using var harness = await StartAsync(isKept: true);
        var began = harness.Time.GetUtcNow();
        var submitted = await harness.SubmitAsync(Box("{name: w, type: agent}"));
        await harness.Model.Calls.NextAsync();
        await harness.AddNodeAsync();
        harness.Node.Kill();
        var waiting = harness.WaitAsync(submitted.Id);

        await harness.AdvanceUntilAsync(waiting);

        Assert.Equal("node_timed_out", (await waiting).Record.Failure?.Code);
        Assert.InRange(harness.Time.GetUtcNow() - began, s_timeout, s_timeout + TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task Timeout_None_StoresNothing()
    {
        await using var harness = await StartAsync(isKept: true);
        harness.Model.Responds = static call => call.Finish("done");
        var submitted = await harness.SubmitAsync(TestAgents.Talker);

        await harness.WaitAsync(submitted.Id);

        Assert.DoesNotContain(await HistoryAsync(harness, submitted), entry => entry.Payload is NodeStarted);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Input_OfAScopeThatHasBegun_IsNotMadeAgain(bool isKept)
    {
        await using var harness = await StartAsync(isKept);
        var submitted = await harness.SubmitAsync("""
            name: g
            nodes:
              - name: box
                type: graph
                input: {x: "10 / state.d"}
                output: {answer: state.ask}
                graph: {nodes: [{name: ask, type: human, prompt: Inside?}]}
              - {name: other, type: human, prompt: Outside?}
              - {name: zero, type: transform, set: {d: "0"}}
            edges: [{from: other, to: zero}]
            """, new { d = 2 });
        var asked = (await harness.WaitAsync(submitted.Id)).Interrupts;
        var asleep = harness.Node.Store.Appends.NextAsync(append => append.Lease == LeaseChange.Sleep && append.Entries.Count > 2);
        await ResumeAsync(harness, submitted.Id, "1", asked.Single(question => question.Prompt == "Outside?").Id);
        await asleep;

        await ResumeAsync(harness, submitted.Id, "\"yes\"", asked.Single(question => question.Prompt == "Inside?").Id);

        Assert.Equal(ExecutionStatus.Completed, (await EndAsync(harness, submitted.Id)).Status);
    }

    private static string Box(string nodes, string edges = "[]") => $$"""
        name: g
        model: {provider: gated, model_name: any}
        nodes:
          - name: box
            type: graph
            timeout_ms: {{s_timeout.TotalMilliseconds}}
            graph: {nodes: [{{nodes}}], edges: {{edges}}}
        """;

    private static Task<EngineHarness> StartAsync(bool isKept) => EngineHarness.StartAsync(configure: options =>
    {
        options.ThreadCacheBytes = isKept ? options.ThreadCacheBytes : 0;
        options.LongestWaitInMemory = TimeSpan.FromMilliseconds(100);
    });

    private static async Task ResumeAsync(EngineHarness harness, ExecutionId id, string answer, string? question = null)
    {
        var value = JsonElement.Parse(answer);
        var request = question is null ? new ResumeRequest { Answer = value } : new ResumeRequest { Answers = new Dictionary<string, JsonElement> { [question] = value } };
        Assert.True((await harness.Client.ResumeAsync(id, request, Token)).IsDone);
    }

    private static async Task<ExecutionRecord> EndAsync(EngineHarness harness, ExecutionId id)
    {
        ExecutionRecord? record;
        while ((record = await harness.Store.For(TenantId.Default).GetExecutionAsync(id, Token)) is null || !record.Status.IsEnd())
        {
            await Task.Delay(1, Token);
        }

        return record;
    }

    private static Task<IReadOnlyList<Entry>> HistoryAsync(EngineHarness harness, ExecutionRecord record) =>
        harness.Client.GetHistoryAsync(record.Thread.Thread, 1, 500, Token);
}
