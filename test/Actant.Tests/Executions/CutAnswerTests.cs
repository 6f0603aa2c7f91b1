using Actant.Events;
using Actant.Journaling;
using Actant.LanguageModels;
using Actant.Storage;
using Actant.Testing.Executions;

namespace Actant.Tests.Executions;

/// <summary>Answers that are not whole: what they demand is not done, what they cost is counted, and everybody can see it.</summary>
[Trait("Row", "L2")]
public sealed class CutAnswerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("length", "length")]
    [InlineData("max_tokens", "length")]
    [InlineData("content_filter", "content_filter")]
    [InlineData("refusal", "refusal")]
    public async Task Calls_OfAnAnswerThatWasCut_AreNotMade(string said, string reason)
    {
        var pay = new GatedTool("pay", ToolClass.Unsafe) { Responds = static call => call.Succeed() };
        await using var harness = await EngineHarness.StartAsync([pay]);
        var submitted = await harness.SubmitAsync(Agent("pay"));
        var asked = await harness.Model.Calls.NextAsync();
        asked.Demand("call_0", "pay", ("to", "Ad"));
        asked.FinishFor(said);

        var told = await harness.WaitAsync(submitted.Id);
        var read = (await harness.Client.GetAsync(submitted.Id, Token))!;

        Assert.All([told, read], result => Assert.Equal(
            (ExecutionStatus.Failed, ModelErrors.Cut, false, reason, 3),
            (result.Record.Status, result.Record.Failure!.Code, result.Record.Failure.Transient, result.FinishReason, result.Usage.Total)));
        Assert.Equal(0, pay.Calls.Count);
        var failed = Assert.Single(await EntriesAsync<AttemptFailed>(harness, submitted));
        Assert.Equal((reason, 3, "gated", "any"), (failed.FinishReason, failed.Usage!.Value.Total, failed.ModelSource, failed.Model));
    }

    [Fact]
    public async Task Text_ThatWasCut_IsTheAnswerAndSaysSo()
    {
        await using var harness = await EngineHarness.StartAsync();
        var submitted = await harness.SubmitAsync(TestAgents.Talker);
        var asked = await harness.Model.Calls.NextAsync();
        asked.Say("The answer is fo");
        asked.FinishFor("length");

        var told = await harness.WaitAsync(submitted.Id);
        var read = (await harness.Client.GetAsync(submitted.Id, Token))!;

        Assert.All([told, read], static result => Assert.Equal(
            (ExecutionStatus.Completed, "The answer is fo", "length", false), (result.Record.Status, result.Response, result.FinishReason, result.HasNoOutput)));
        Assert.Equal("length", Assert.Single(await EntriesAsync<ModelAnswered>(harness, submitted)).FinishReason);
    }

    [Theory]
    [InlineData("stop", "stop")]
    [InlineData("content_filter", "content_filter")]
    [InlineData("burnt_out", "other")]
    public async Task Answer_Empty_SaysThatThereIsNone(string said, string reason)
    {
        await using var harness = await EngineHarness.StartAsync();
        var submitted = await harness.SubmitAsync(TestAgents.Talker);
        (await harness.Model.Calls.NextAsync()).FinishFor(said);

        var told = await harness.WaitAsync(submitted.Id);
        var read = (await harness.Client.GetAsync(submitted.Id, Token))!;

        Assert.All([told, read], result => Assert.Equal(
            (ExecutionStatus.Completed, "", reason, true), (result.Record.Status, result.Response, result.FinishReason, result.HasNoOutput)));
    }

    [Fact]
    public async Task OnCut_Accept_TakesTheTextAndKeepsTheCallsInTheHistoryOnly()
    {
        var pay = new GatedTool("pay", ToolClass.Unsafe) { Responds = static call => call.Succeed() };
        await using var harness = await EngineHarness.StartAsync([pay]);
        var submitted = await harness.SubmitAsync(Agent("pay", "on_cut: accept"));
        var asked = await harness.Model.Calls.NextAsync();
        asked.Say("I shall pay.");
        asked.Demand("call_0", "pay", ("to", "Ad"));
        asked.FinishFor("length");

        var result = await harness.WaitAsync(submitted.Id);

        Assert.Equal(("I shall pay.", "length"), (result.Response, result.FinishReason));
        Assert.Equal(0, pay.Calls.Count);
        var answered = Assert.Single(await EntriesAsync<ModelAnswered>(harness, submitted));
        Assert.Null(answered.Message.ToolCalls);
        Assert.Equal("""{"to":"Ad"}""", Assert.Single(answered.CutCalls!).Arguments.GetRawText());
    }

    [Fact]
    public async Task OnCut_Retry_AsksAgainAndCountsEachAttempt()
    {
        await using var harness = await EngineHarness.StartAsync();
        var submitted = await harness.SubmitAsync(Agent("", "on_cut: retry"));
        var first = await harness.Model.Calls.NextAsync();
        first.Say("ha");
        first.FinishFor("length");
        var next = harness.Model.Calls.NextAsync();
        await harness.AdvanceUntilAsync(next);
        (await next).Say("whole");
        (await next).FinishFor("stop");

        var result = await harness.WaitAsync(submitted.Id);

        Assert.Equal(("whole", "stop", 6), (result.Response, result.FinishReason, result.Record.Tokens));
        Assert.Equal((1, 2), (first.Attempt, (await next).Attempt));
        Assert.Equal(6, await TokensOfTheTenantAsync(harness));
    }

    [Fact]
    public async Task OnCut_RetryUsedUp_FailsAndCountsAll()
    {
        await using var harness = await EngineHarness.StartAsync();
        var submitted = await harness.SubmitAsync(Agent("", "on_cut: retry"));
        for (var attempt = 1; attempt <= 2; attempt++)
        {
            var next = harness.Model.Calls.NextAsync();
            await harness.AdvanceUntilAsync(next);
            (await next).FinishFor("content_filter");
        }

        var result = await harness.WaitAsync(submitted.Id);

        Assert.Equal((ModelErrors.Cut, "content_filter", 6), (result.Record.Failure!.Code, result.FinishReason, result.Record.Tokens));
    }

    [Theory]
    [InlineData("{name: other, type: transform, set: {said: \"'plan B'\"}, output: true}", "\"plan B\"")]
    [InlineData("{name: other, type: prompt, template: plan B, output: true}", "plan B")]
    public async Task FinishReason_OutputOfAFallback_SaysNothingOfTheAnswerThatWasCut(string fallback, string output)
    {
        await using var harness = await EngineHarness.StartAsync();
        var submitted = await harness.SubmitAsync($$$"""
            name: careful
            model: {provider: gated, model_name: any}
            nodes:
              - {name: talk, type: agent, on_cut: fail, on_error: {strategy: fallback}}
              - {{{fallback}}}
            edges: [{from: start, to: talk}, {from: talk, to: other, type: error}]
            """);
        var asked = await harness.Model.Calls.NextAsync();
        asked.Say("half");
        asked.FinishFor("length");

        var told = await harness.WaitAsync(submitted.Id);
        var read = (await harness.Client.GetAsync(submitted.Id, Token))!;

        Assert.All([told, read], result => Assert.Equal((ExecutionStatus.Completed, output.Trim('"'), null), (result.Record.Status, result.Response, result.FinishReason)));
    }

    [Theory]
    [InlineData("agent")]
    [InlineData("prompt, template: hi")]
    public async Task OnCut_Fail_RefusesATextToo(string type)
    {
        await using var harness = await EngineHarness.StartAsync();
        var submitted = await harness.SubmitAsync($$"""
            name: strict
            nodes: [{name: talk, type: {{type}}, model: {provider: gated, model_name: any}, on_cut: fail}]
            """);
        var asked = await harness.Model.Calls.NextAsync();
        asked.Say("half");
        asked.FinishFor("length");

        Assert.Equal(ModelErrors.Cut, (await harness.WaitAsync(submitted.Id)).Record.Failure!.Code);
    }

    [Fact]
    public async Task Usage_OfAttemptsThatBroke_IsCountedAndStored()
    {
        await using var harness = await EngineHarness.StartAsync();
        var submitted = await harness.SubmitAsync(TestAgents.Stubborn);
        for (var attempt = 1; attempt <= 2; attempt++)
        {
            var next = harness.Model.Calls.NextAsync();
            await harness.AdvanceUntilAsync(next);
            (await next).Say("half");
            (await next).Count(1000, 500);
            (await next).Fail(ModelErrors.StreamBroken);
        }

        var last = harness.Model.Calls.NextAsync();
        await harness.AdvanceUntilAsync(last);
        (await last).Finish("whole");
        var told = await harness.WaitAsync(submitted.Id);
        var read = (await harness.Client.GetAsync(submitted.Id, Token))!;

        Assert.Equal(("whole", 3003), (told.Response, told.Record.Tokens));
        Assert.Equal((2002, 1001), (read.Usage.Input, read.Usage.Output));
        Assert.Equal([1500, 1500], (await EntriesAsync<AttemptFailed>(harness, submitted)).Select(static failed => failed.Usage!.Value.Total));
        Assert.Equal(3003, await TokensOfTheTenantAsync(harness));
    }

    [Fact]
    public async Task Usage_OfTheLastAttempt_IsCountedThoughNoneFollows()
    {
        await using var harness = await EngineHarness.StartAsync();
        var submitted = await harness.SubmitAsync(TestAgents.Talker);
        var asked = await harness.Model.Calls.NextAsync();
        asked.Count(1000, 500);
        asked.Fail("model_request_rejected", transient: false);

        Assert.Equal(1500, (await harness.WaitAsync(submitted.Id)).Record.Tokens);
        Assert.Equal(1500, (await harness.Client.GetRecordAsync(submitted.Id, Token))!.Tokens);
        Assert.Equal(1500, await TokensOfTheTenantAsync(harness));
    }

    [Fact]
    public async Task Usage_OfACallThatACancelStopped_IsCounted()
    {
        await using var harness = await EngineHarness.StartAsync();
        var submitted = await harness.SubmitAsync(TestAgents.Talker);
        var asked = await harness.Model.Calls.NextAsync();
        asked.Count(1000, 1);
        asked.Say("half");
        var events = harness.Client.EventsAsync(submitted.Id, null, Token).GetAsyncEnumerator(Token);
        while (await events.MoveNextAsync() && events.Current is not StreamEvent.DeltaPublished)
        {
        }

        await harness.Client.CancelAsync(submitted.Id, "enough", Token);
        var result = await harness.WaitAsync(submitted.Id);

        Assert.Equal((ExecutionStatus.Cancelled, 1001), (result.Record.Status, result.Record.Tokens));
        Assert.Equal(ModelErrors.Aborted, Assert.Single(await EntriesAsync<AttemptFailed>(harness, submitted)).Failure.Code);
        Assert.Equal(1001, await TokensOfTheTenantAsync(harness));
        await events.DisposeAsync();
    }

    private static string Agent(string tools, string more = "") => $$"""
        name: payer
        model: {provider: gated, model_name: any}
        nodes:
          - {name: talk, type: agent, tools: [{{tools}}], on_error: {max_attempts: 2, backoff_ms: 10}{{(more.Length == 0 ? "" : ", ")}}{{more}}}
        """;

    private static async Task<IReadOnlyList<T>> EntriesAsync<T>(EngineHarness harness, ExecutionRecord record)
        where T : EntryPayload =>
        [.. (await harness.Client.GetHistoryAsync(record.Thread.Thread, 1, 500, Token)).Select(static entry => entry.Payload).OfType<T>()];

    private static async Task<long> TokensOfTheTenantAsync(EngineHarness harness) =>
        (await harness.Store.For(TenantId.Default).ReadUsageAsync(new DateOnly(2000, 1, 1), new DateOnly(2100, 1, 1), Token)).Sum(static row => row.Amount.InputTokens + row.Amount.OutputTokens);
}
