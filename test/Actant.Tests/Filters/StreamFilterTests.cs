using Actant.Events;
using Actant.Filters;
using Actant.Journaling;
using Actant.Testing.Executions;

namespace Actant.Tests.Filters;

[Trait("Row", "C4")]
public sealed class StreamFilterTests
{
    private const string Agent = "name: speaker\nmodel: {provider: gated, model_name: any}\nnodes: [{name: main, type: agent, on_error: {backoff_ms: 1}}]";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task HeldBackText_OfAnAttemptThatFailed_IsNotInTheNext()
    {
        var word = new WordFilter();
        await using var harness = await EngineHarness.StartAsync(filters: [word]);
        var record = await harness.SubmitAsync(Agent);
        var first = await harness.Model.Calls.NextAsync();
        first.Say("my sec");
        first.Fail("model_stream_broken");
        var asking = harness.Model.Calls.NextAsync();
        await harness.AdvanceUntilAsync(asking);
        (await asking).Finish("rets are none");
        var result = await harness.WaitAsync(record.Id);

        Assert.Equal("rets are none", result.Response);
        Assert.Equal(["text", "text abandoned", "text", "text end"], word.Seen.Where(static seen => seen.StartsWith("text", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Word_SplitOverDeltasAndAttempts_IsNeverShown()
    {
        await using var harness = await EngineHarness.StartAsync(filters: [new WordFilter()]);
        var record = await harness.SubmitAsync(Agent);
        var reading = ReadAsync(harness, record.Id);
        var first = await harness.Model.Calls.NextAsync();
        foreach (var delta in new[] { "a se", "cr", "et and a s", "ec" })
        {
            first.Say(delta);
        }

        first.Fail("model_stream_broken");
        var asking = harness.Model.Calls.NextAsync();
        await harness.AdvanceUntilAsync(asking);
        var second = await asking;
        second.Say("b sec");
        second.Finish("ret");
        await harness.WaitAsync(record.Id);
        var shown = await reading;

        Assert.DoesNotContain(shown, static text => text.Contains("sec", StringComparison.Ordinal));
        Assert.Equal("b ***", (await harness.WaitAsync(record.Id)).Response);
    }

    [Fact]
    public async Task Streams_OfSeveralFilters_FollowEachOther_AndEndInOrder()
    {
        await using var harness = await EngineHarness.StartAsync(filters: [new Held("a", "b"), new Held("b", "c")]);
        harness.Model.Responds = static call =>
        {
            call.Say("xa");
            call.Finish("ay");
        };

        var result = await harness.WaitAsync((await harness.SubmitAsync(Agent)).Id);

        // Each keeps everything to the end: what the first lets go at the end still passes the second.
        Assert.Equal("xccy", result.Response);
    }

    [Fact]
    public async Task Open_ThatFails_IsARefusal_AndTheModelIsNotAsked()
    {
        await using var harness = await EngineHarness.StartAsync(filters: [new Broken()]);

        var result = await harness.WaitAsync((await harness.SubmitAsync(Agent)).Id);

        Assert.Equal(FilterRefusedException.FilterFailed, result.Record.Failure!.Code);
        Assert.Contains("Broken", result.Record.Failure.Message, StringComparison.Ordinal);
        Assert.Equal(0, harness.Model.Calls.Count);
    }

    private static async Task<List<string>> ReadAsync(EngineHarness harness, ExecutionId id)
    {
        var shown = new List<string>();
        await foreach (var item in harness.Client.EventsAsync(id, null, Token))
        {
            shown.Add(item switch
            {
                StreamEvent.DeltaPublished published => published.Delta.Text,
                StreamEvent.Stored { Entry.Payload: ModelAnswered answered } => answered.Message.Text,
                _ => "",
            });
        }

        return shown;
    }

    /// <summary>Keeps everything to the end and puts one text in place of another.</summary>
    private sealed class Held(string what, string with) : IStreamFilter
    {
        public FilteredStream Open(ModelCallContext call) => new Stream(what, with);

        private sealed class Stream(string what, string with) : FilteredStream
        {
            private string _all = "";

            public override ValueTask<string> PushAsync(string text, CancellationToken cancellationToken)
            {
                _all += text;
                return new("");
            }

            public override ValueTask<string> CompleteAsync(CancellationToken cancellationToken) => new(_all.Replace(what, with, StringComparison.Ordinal));
        }
    }

    private sealed class Broken : IStreamFilter
    {
        public FilteredStream Open(ModelCallContext call) => throw new InvalidOperationException("Broken.");
    }
}
