using System.Diagnostics;
using Actant.Testing.Executions;
using Actant.Tracing;

namespace Actant.Tests.Tracing;

/// <summary>What becomes of an execution is told in the trace that it was submitted in, also after a crash.</summary>
[Trait("Row", "O4")]
public sealed class TracingTests
{
    private const string Worker = "name: worker\nmodel: {provider: gated, model_name: any}\ntools: [work]";
    private const string Talker = "name: talker\nmodel: {provider: gated, model_name: any}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Spans_ModelAndTool_AreBelowTheExecutionInTheTraceOfTheCaller()
    {
        var (trace, parent) = (NewTrace(), "00f067aa0ba902b7");
        using var spans = new Spans(trace);
        var work = new GatedTool("work", ToolClass.Pure) { Responds = static call => call.Succeed("seen") };
        await using var harness = await EngineHarness.StartAsync([work]);

        var id = (await harness.SubmitAsync(Worker, "Why?", request => request with { TraceParent = $"00-{trace}-{parent}-01" })).Id;
        (await harness.Model.Calls.NextAsync()).FinishWithCall("a", "work");
        var second = await harness.Model.Calls.NextAsync();
        second.Count(7, 3);
        second.Finish("So.");
        var result = await harness.WaitAsync(id);
        await harness.AdvanceUntilAsync(EndedAsync(spans));

        var run = spans.Single("invoke_agent worker");
        Assert.Equal(parent, run.ParentSpanId.ToHexString());
        Assert.Equal("completed", run.GetTagItem("actant.status"));
        Assert.Equal(id.ToString(), run.GetTagItem("actant.execution"));
        Assert.All(spans.All.Where(span => span != run), span => Assert.Equal(run.SpanId, span.ParentSpanId));
        Assert.Equal(2, spans.Named("chat any").Count);
        Assert.Equal(result.Usage.Input, spans.Named("chat any").Sum(static span => (long)span.GetTagItem("gen_ai.usage.input_tokens")!));
        Assert.Equal("work", spans.Single("execute_tool work").GetTagItem("gen_ai.tool.name"));
        Assert.Equal("memory", spans.Named("append journal")[0].GetTagItem("db.system.name"));
        Assert.All(spans.All, static span => Assert.DoesNotContain(span.TagObjects, static tag => tag.Key.Contains("messages", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Spans_AfterACrash_GoOnInTheSameTrace()
    {
        var trace = NewTrace();
        using var spans = new Spans(trace);
        await using var harness = await EngineHarness.StartAsync([new GatedTool("work", ToolClass.Pure)]);
        var id = (await harness.SubmitAsync(Worker, change: request => request with { TraceParent = $"00-{trace}-00f067aa0ba902b7-01", Baggage = "shop=7" })).Id;
        await harness.Model.Calls.NextAsync();
        harness.Node.Kill();
        await harness.AddNodeAsync();

        var call = harness.Model.Calls.NextAsync();
        await harness.AdvanceUntilAsync(call);
        (await call).Finish("So.");
        await harness.Last.Client.WaitAsync(id, Token);
        await harness.AdvanceUntilAsync(EndedAsync(spans, runs: 2));

        // The other one is of the node that has lost it.
        var run = Assert.Single(spans.Named("invoke_agent worker"), static span => span.GetTagItem("actant.status") is "completed");
        Assert.Equal("7", run.GetBaggageItem("shop"));
        Assert.Equal("7", spans.Named("chat any")[^1].GetBaggageItem("shop"));
    }

    [Fact]
    public async Task Spans_CallFails_SayWhy()
    {
        var trace = NewTrace();
        using var spans = new Spans(trace);
        await using var harness = await EngineHarness.StartAsync([new GatedTool("work", ToolClass.Pure)]);
        var id = (await harness.SubmitAsync(Worker, change: request => request with { TraceParent = $"00-{trace}-00f067aa0ba902b7-01" })).Id;
        (await harness.Model.Calls.NextAsync()).Fail("model_refused", transient: false);
        await harness.WaitAsync(id);
        await harness.AdvanceUntilAsync(EndedAsync(spans));

        Assert.Equal("model_refused", spans.Single("chat any").GetTagItem("error.type"));
        Assert.Equal(ActivityStatusCode.Error, spans.Single("invoke_agent worker").Status);
        Assert.Equal("failed", spans.Single("invoke_agent worker").GetTagItem("actant.status"));
    }

    [Fact]
    public async Task Content_AskedFor_IsInTheSpansUpToABound()
    {
        var trace = NewTrace();
        using var spans = new Spans(trace);
        var work = new GatedTool("work", ToolClass.Pure) { Responds = static call => call.Succeed(new string('x', 100_000)) };
        await using var harness = await EngineHarness.StartAsync([work], static options => options.TraceContent = true);
        var id = (await harness.SubmitAsync(Worker, "Why \"so\"?", request => request with { TraceParent = $"00-{trace}-00f067aa0ba902b7-01" })).Id;
        (await harness.Model.Calls.NextAsync()).FinishWithCall("a", "work");
        (await harness.Model.Calls.NextAsync()).Finish("So.");
        await harness.WaitAsync(id);
        await harness.AdvanceUntilAsync(EndedAsync(spans));

        Assert.Contains("""{"role":"user","parts":[{"type":"text","content":"Why \"so\"?"}]}""", (string?)spans.Named("chat any")[0].GetTagItem("gen_ai.input.messages"), StringComparison.Ordinal);
        Assert.Contains("So.", (string?)spans.Named("chat any")[1].GetTagItem("gen_ai.output.messages"), StringComparison.Ordinal);
        Assert.InRange(((string)spans.Single("execute_tool work").GetTagItem("gen_ai.tool.call.result")!).Length, 16 * 1024, (16 * 1024) + 1);
    }

    [Fact]
    public async Task Submission_InATraceOfItsOwn_KeepsIt()
    {
        using var activity = new Activity("test");
        activity.SetParentId(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded);
        activity.AddBaggage("shop", "a b;c").Start();
        await using var harness = await EngineHarness.StartAsync();

        var record = await harness.SubmitAsync(Talker);

        Assert.Equal(activity.Id, record.Tags?.TraceParent);
        Assert.Contains("shop", record.Tags?.Baggage, StringComparison.Ordinal);
        using var other = new Activity("other");
        StoredTrace.Of(record.Tags)!.AddBaggageTo(other);
        Assert.Equal("a b;c", other.GetBaggageItem("shop"));
    }

    [Fact]
    public async Task Submission_HostsOwnBookkeeping_IsNoTrace()
    {
        using var activity = new Activity("host").SetIdFormat(ActivityIdFormat.W3C).Start();
        activity.ActivityTraceFlags = ActivityTraceFlags.None;
        await using var harness = await EngineHarness.StartAsync();

        Assert.Null((await harness.SubmitAsync(Talker)).Tags);
    }

    [Fact]
    public async Task Submission_SentAgainInAnotherTrace_IsTheSame()
    {
        await using var harness = await EngineHarness.StartAsync();
        var first = await harness.SubmitAsync(Talker, change: static request => request with { IdempotencyKey = "k", TraceParent = $"00-{NewTrace()}-00f067aa0ba902b7-01", Baggage = "a=1" });
        var second = await harness.SubmitAsync(Talker, change: static request => request with { IdempotencyKey = "k", TraceParent = $"00-{NewTrace()}-00f067aa0ba902b7-01", TraceState = "v=2" });

        Assert.Equal(first.Id, second.Id);
    }

    [Theory]
    [InlineData(null, "a\nb")]
    [InlineData("a\0b", null)]
    public async Task Submission_BrokenContext_IsRefused(string? state, string? baggage)
    {
        await using var harness = await EngineHarness.StartAsync();
        var request = EngineHarness.Request(Talker) with { TraceParent = $"00-{NewTrace()}-00f067aa0ba902b7-01", TraceState = state, Baggage = baggage };

        var reply = await harness.Client.SubmitAsync(request, Token);

        Assert.Contains(reply.Refusal!.Errors!, problem => problem.Path == (state is null ? "$.baggage" : "$.tracestate"));
    }

    [Fact]
    public async Task Tool_NobodyRecords_IsStillCalledInTheTrace()
    {
        var (trace, seen) = (NewTrace(), "");
        var work = new GatedTool("work", ToolClass.Pure)
        {
            Responds = call =>
            {
                seen = Activity.Current?.TraceId.ToHexString() ?? "";
                call.Succeed("seen");
            },
        };
        await using var harness = await EngineHarness.StartAsync([work]);
        var id = (await harness.SubmitAsync(Worker, change: request => request with { TraceParent = $"00-{trace}-00f067aa0ba902b7-00" })).Id;
        (await harness.Model.Calls.NextAsync()).FinishWithCall("a", "work");
        (await harness.Model.Calls.NextAsync()).Finish("So.");
        await harness.WaitAsync(id);

        Assert.Equal(trace, seen);
    }

    private static string NewTrace() => ActivityTraceId.CreateRandom().ToHexString();

    /// <summary>The span of the execution ends a moment after its waiters hear of its end.</summary>
    private static async Task EndedAsync(Spans spans, int runs = 1)
    {
        while (spans.All.Count(static span => span.DisplayName.StartsWith("invoke_agent", StringComparison.Ordinal)) < runs)
        {
            await Task.Delay(5, Token);
        }
    }
}
