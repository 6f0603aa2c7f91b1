using System.Text.Json;
using Actant.Journaling;
using Actant.LanguageModels;
using Actant.Prices;
using Actant.Storage;
using Actant.Testing.Executions;
using Actant.Testing.Vendors;

namespace Actant.Models.Tests;

/// <summary>The same clients, asked by an engine.</summary>
public abstract partial class VendorConformance
{
    private static readonly ModelPrice[] s_prices =
    [
        new() { Provider = "vendor", Model = "m-*", Input = 2.5m, CachedInput = 1.25m, Output = 10m, Date = new DateOnly(2026, 1, 1), Source = "test" },
    ];

    private const string Agent = """
        name: sums
        model: {provider: vendor, model_name: m-1, timeout_ms: 600000}
        nodes:
          - {name: talk, type: agent, tools: [calculator], on_error: {max_attempts: 3, backoff_ms: 1000}}
        """;

    [Fact]
    [Trait("Row", "L3")]
    public async Task Engine_AgentWithATool_AnswersFromTheVendorAndCostsWhatTheTableSays()
    {
        await using var harness = await StartAsync();
        Vendor.Reply(new VendorReply
        {
            Answer = new VendorAnswer
            {
                Calls = [new VendorCall("call_1", "calculator", """{"operation":"add","a":15,"b":27}""")],
                Usage = new VendorUsage(101, 64, 0, 7, 0),
            },
        });
        Vendor.Reply(new VendorReply { Answer = new VendorAnswer { Deltas = ["It is ", "42."], Usage = new VendorUsage(133, 0, 0, 11, 0) } });

        var result = await harness.WaitAsync((await harness.SubmitAsync(Agent, "What is 15 + 27?")).Id);

        Assert.Equal(("It is 42.", "m-1", "vendor"), (result.Response, result.Model, result.ModelSource));
        Assert.Equal((234, 18, 64), (result.Usage.Input, result.Usage.Output, result.Usage.Cached));
        Assert.Equal(((37 * 2.5m) + (64 * 1.25m) + (133 * 2.5m) + (18 * 10m)) / 1_000_000, result.Record.CostUsd);
        Assert.Equal(0.000685m, result.Record.CostUsd);
        Assert.True((await Vendor.Requests.NextAsync()).IsStreamed);
        Assert.Equal("call_1", result.Messages[1].ToolCalls![0].VendorId);
        var second = (await Vendor.Requests.NextAsync()).Body.GetProperty("messages").GetRawText();
        Assert.Equal(2, second.Split("\"call_1\"").Length - 1);
        Assert.DoesNotContain(result.ToolResults[0].CallId, second, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Engine_ArgumentsThatAreNoJson_AreToldToTheModel()
    {
        await using var harness = await StartAsync();
        Vendor.Reply(VendorReply.Demand(new VendorCall("call_1", "calculator", """{"operation": add""")));
        Vendor.Reply(VendorReply.Say("Sorry."));

        var result = await harness.WaitAsync((await harness.SubmitAsync(Agent)).Id);

        Assert.Equal("Sorry.", result.Response);
        Assert.False(Assert.Single(result.ToolResults).Success);
    }

    [Fact]
    public async Task Engine_RetryAfterLongerThanASession_IsWaitedFor()
    {
        await using var harness = await StartAsync();
        Vendor.Reply(new VendorReply { Fault = VendorFault.RateLimit, Headers = new Dictionary<string, string> { ["Retry-After"] = "60" } });
        Vendor.Reply(VendorReply.Say("at last"));
        var since = harness.Time.GetUtcNow();
        var id = (await harness.SubmitAsync(Agent)).Id;
        await Vendor.Requests.NextAsync();
        await harness.Node.Store.Appends.NextAsync(append => append.Lease == LeaseChange.Sleep);

        var again = Vendor.Requests.NextAsync();
        await harness.AdvanceUntilAsync(again);

        Assert.True(harness.Time.GetUtcNow() - since >= TimeSpan.FromSeconds(60));
        Assert.Equal("at last", (await harness.WaitAsync(id)).Response);
    }

    [Fact]
    public async Task Engine_Silence_EndsAtTheDeadlineAndClosesTheConnection()
    {
        await using var harness = await StartAsync();
        Vendor.Reply(VendorReply.Say("one ") with { After = 0, Hangs = true });
        var id = (await harness.SubmitAsync("""
            name: hasty
            model: {provider: vendor, model_name: m-1, timeout_ms: 5000}
            nodes:
              - {name: talk, type: agent, on_error: {max_attempts: 1}}
            """)).Id;
        await Vendor.Requests.NextAsync();

        var end = harness.WaitAsync(id);
        await harness.AdvanceUntilAsync(end);

        Assert.Equal(ModelErrors.TimedOut, (await end).Record.Failure?.Code);
        await Vendor.Closed.NextAsync();
    }

    [Fact]
    public async Task Engine_Cancel_ClosesTheConnection()
    {
        await using var harness = await StartAsync();
        Vendor.Reply(VendorReply.Say("one ", "two ") with { After = InTheMiddle, Hangs = true });
        var id = (await harness.SubmitAsync(Agent)).Id;
        await Vendor.Requests.NextAsync();

        await harness.Client.CancelAsync(id, "enough", Token);

        await Vendor.Closed.NextAsync();
        Assert.Equal(ExecutionStatus.Cancelled, (await harness.WaitAsync(id)).Record.Status);
    }

    [Fact]
    [Trait("Row", "L3")]
    public async Task Engine_AttemptsThatFailedAndThatAnswered_TellCostByKindPriceAndRequest()
    {
        await using var harness = await StartAsync();
        Vendor.Reply(new VendorReply
        {
            Answer = new VendorAnswer { Deltas = ["hal"], Reason = "refusal", Usage = new VendorUsage(100, 0, 0, 10, 0) },
            Headers = RequestId("req_1"),
        });
        Vendor.Reply(new VendorReply { Answer = new VendorAnswer { Deltas = ["whole"], Usage = new VendorUsage(100, 40, 0, 20, 0) }, Headers = RequestId("req_2") });
        var submitted = await harness.SubmitAsync("""
            name: again
            nodes: [{name: talk, type: agent, model: {provider: vendor, model_name: m-1}, on_cut: retry, on_error: {backoff_ms: 10}}]
            """);
        await Vendor.Requests.NextAsync();
        var again = Vendor.Requests.NextAsync();
        await harness.AdvanceUntilAsync(again);

        var result = await harness.WaitAsync(submitted.Id);

        var entries = await harness.Client.GetHistoryAsync(result.Record.Thread.Thread, 1, 100, Token);
        var failed = Assert.Single(entries.Select(static entry => entry.Payload).OfType<AttemptFailed>());
        var answered = Assert.Single(entries.Select(static entry => entry.Payload).OfType<ModelAnswered>());
        Assert.Equal(("req_1", "refusal", answered.Message.Id), (failed.RequestId, failed.FinishReason, failed.MessageId));
        Assert.Equal((0.00025m, 0.0001m, 0.00035m), (failed.Cost!.Input, failed.Cost.Output, failed.CostUsd));
        Assert.Equal(("req_2", "stop"), (answered.RequestId, answered.FinishReason));
        Assert.Equal((0.00015m, 0.00005m, 0.0002m, 0.0004m), (answered.Cost!.Input, answered.Cost.Cached, answered.Cost.Output, answered.CostUsd));
        Assert.NotNull(answered.Cost.Price);
        Assert.Equal(0.00075m, result.Record.CostUsd);
    }

    /// <summary>What the vendor signs goes back to it as it was, whole and in the answer that it came with; to nobody else.</summary>
    [Fact]
    public async Task Engine_ReasoningSignaturesAndIds_GoBackToTheirProviderOnly()
    {
        using var other = Provider(FakeVendor.Key, name: "other") as IDisposable;
        await using var harness = await EngineHarness.StartAsync(models: [Provider(FakeVendor.Key, name: "vendor"), (IModelProvider)other!]);
        Vendor.Reply(new VendorReply
        {
            Answer = new VendorAnswer { Thinking = "I should add these.", Signature = "c2lnbmF0dXJl", Calls = [new VendorCall("toolu_1", "calculator", """{"operation":"add","a":1,"b":2}""")] },
        });
        Vendor.Reply(VendorReply.Say("3"));
        var result = await harness.WaitAsync((await harness.SubmitAsync(Agent, "1 + 2?", request => request with { Thread = "t" })).Id);
        await Vendor.Requests.NextAsync();
        var told = (await Vendor.Requests.NextAsync()).Body.GetProperty("messages");
        Vendor.Reply(VendorReply.Say("hello"));
        await harness.WaitAsync((await harness.SubmitAsync(Agent.Replace("provider: vendor", "provider: other", StringComparison.Ordinal), "And now?", request => request with { Thread = "t" })).Id);
        var toldToAnother = (await Vendor.Requests.NextAsync()).Body.GetProperty("messages").GetRawText();

        Assert.Equal("3", result.Response);
        Assert.Equal(("vendor", "I should add these."), (result.Messages[1].Provider, result.Messages[1].Parts![0].GetProperty("reasoning").GetString()));
        AssertEchoed(told, "I should add these.", "c2lnbmF0dXJl");
        Assert.Contains("\"toolu_1\"", told.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("I should add", toldToAnother, StringComparison.Ordinal);
        Assert.DoesNotContain("c2lnbmF0dXJl", toldToAnother, StringComparison.Ordinal);
        Assert.DoesNotContain("toolu_1", toldToAnother, StringComparison.Ordinal);
        Assert.Contains(result.ToolResults[0].CallId, toldToAnother, StringComparison.Ordinal);
    }

    /// <summary>Two calls of one id are told apart by ours.</summary>
    [Fact]
    public async Task Engine_CallsOfOneId_AreSentUnderOurs()
    {
        await using var harness = await StartAsync();
        var call = new VendorCall("call_0", "calculator", """{"operation":"add","a":1,"b":2}""");
        Vendor.Reply(VendorReply.Demand(call));
        Vendor.Reply(VendorReply.Demand(call));
        Vendor.Reply(VendorReply.Say("6"));

        var result = await harness.WaitAsync((await harness.SubmitAsync(Agent, "1 + 2, twice?")).Id);

        await Vendor.Requests.NextAsync();
        await Vendor.Requests.NextAsync();
        var told = (await Vendor.Requests.NextAsync()).Body.GetProperty("messages").GetRawText();
        Assert.Equal((2, 2), (told.Split("\"call_0\"").Length - 1, told.Split(result.ToolResults[1].CallId).Length - 1));
    }

    [Theory]
    [InlineData("length", "max_tokens")]
    [InlineData("content_filter", "refusal")]
    public async Task Engine_CutAndThenAnotherReason_IsCut(string ours, string theirs)
    {
        await using var harness = await StartAsync();
        Vendor.Reply(CallEndedFor(ours, theirs));

        var result = await harness.WaitAsync((await harness.SubmitAsync(Agent)).Id);

        Assert.Equal(ModelErrors.Cut, result.Record.Failure?.Code);
        Assert.Empty(result.ToolResults);
    }

    [Theory]
    [InlineData()]
    [InlineData("I shall add.")]
    public async Task Engine_ReasonThatDemandsCallsWithoutAny_IsMalformed(params string[] pieces)
    {
        await using var harness = await StartAsync();
        Vendor.Reply(new VendorReply { Answer = new VendorAnswer { Deltas = pieces, Reason = "tool_use" } });

        var result = await harness.WaitAsync((await harness.SubmitAsync(Agent)).Id);

        Assert.Equal((ExecutionStatus.Failed, ModelErrors.Malformed), (result.Record.Status, result.Record.Failure?.Code));
    }

    /// <summary>A stream with a whole call of the calculator that ends for a reason and then, with <c>tool_calls</c>, for another.</summary>
    /// <param name="ours">The first reason as OpenAI says it.</param>
    /// <param name="theirs">The first reason as Anthropic says it.</param>
    protected abstract VendorReply CallEndedFor(string ours, string theirs);

    /// <summary>That what an answer with a call was sent back with is what came with it.</summary>
    protected abstract void AssertEchoed(JsonElement messages, string thinking, string signature);

    private Task<EngineHarness> StartAsync() =>
        EngineHarness.StartAsync(models: [Provider(FakeVendor.Key, name: "vendor")], prices: new ModelPriceTable(s_prices));
}
