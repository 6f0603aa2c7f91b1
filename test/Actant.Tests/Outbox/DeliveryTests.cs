using System.Text.Json;
using Actant.Definitions;
using Actant.Executions;
using Actant.Journaling;
using Actant.Outbox;
using Actant.Testing.Executions;
using Actant.Validation;

namespace Actant.Tests.Outbox;

/// <summary>What is told of an execution, to whom, and that it is told.</summary>
[Trait("Row", "X8")]
public sealed class DeliveryTests
{
    private const string Echo = """{name: echo, nodes: [{name: main, type: prompt, template: "{{ input }}"}]}""";
    private const string Talker = "{name: talker, model: {provider: gated, model_name: any}, instructions: talk}";
    private const string Asker = """
        name: asker
        nodes:
          - {name: a, type: human, prompt: A?}
          - {name: b, type: human, prompt: B?}
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Completed_IsDeliveredAsTheApiShowsIt()
    {
        await using var harness = await EngineHarness.StartAsync();

        var record = await harness.SubmitAsync(Echo, "hello", static request => request with { DeliverTo = [To("a")] });
        var message = await harness.Sender.Tries.NextAsync();
        await harness.Node.Store.Settlements.NextAsync();

        using var body = JsonDocument.Parse(message.Body);
        Assert.Equal((record.Id, DeliveryEvents.Completed, "test:a", 1), (message.Execution, message.Event, message.Destination, message.Attempt));
        Assert.Equal(record.Id.Value, body.RootElement.GetProperty("execution_id").GetGuid());
        Assert.Equal("completed", body.RootElement.GetProperty("status").GetString());
        Assert.Equal("hello", body.RootElement.GetProperty("output").GetString());
        Assert.Empty((await harness.Client.ListDeliveriesAsync(dead: false, null, 10, Token)).Items);
        Assert.Empty((await harness.Client.ListDeliveriesAsync(dead: true, null, 10, Token)).Items);
    }

    [Fact]
    public async Task NothingAsked_NothingIsStoredAndNobodyPolls()
    {
        await using var harness = await EngineHarness.StartAsync();
        var looks = harness.Node.Store.OutboxTakes;

        var record = await harness.SubmitAsync(Echo);
        await harness.WaitAsync(record.Id);
        await harness.AdvanceAsync(TimeSpan.FromMinutes(1));

        var entries = await harness.Store.For(TenantId.Default).ReadAsync(record.Thread.Thread, 1, 100, Token);
        Assert.DoesNotContain(entries, static entry => System.Text.Encoding.UTF8.GetString(entry.Body.Span).Contains("deliver_to", StringComparison.Ordinal));
        Assert.True(harness.Node.Store.OutboxTakes <= Math.Max(looks, 1));
    }

    [Fact]
    public async Task Agent_SaysWhereTo_UnlessTheRequestDoes()
    {
        await using var harness = await EngineHarness.StartAsync();
        const string agent = """{name: echo, callback_url: "test:default", nodes: [{name: main, type: prompt, template: "{{ input }}"}]}""";

        await harness.SubmitAsync(agent, "1");
        Assert.Equal("test:default", (await harness.Sender.Tries.NextAsync()).Destination);
        await harness.SubmitAsync(agent, "2", static request => request with { DeliverTo = [To("own")], CallbackUrl = "test:callback" });
        Assert.Equal(
            ["test:callback", "test:own"],
            [.. new[] { (await harness.Sender.Tries.NextAsync()).Destination, (await harness.Sender.Tries.NextAsync()).Destination }.Order()]);
        var silent = await harness.SubmitAsync(agent, "3", static request => request with { DeliverTo = [] });
        await harness.WaitAsync(silent.Id);
        Assert.Null((await harness.Client.GetRecordAsync(silent.Id, Token))!.Tags);
    }

    [Fact]
    public async Task Targets_AreKeptInTheEntryThatItStartsWith()
    {
        await using var harness = await EngineHarness.StartAsync();

        var record = await harness.SubmitAsync(Talker, "hi", static request => request with { DeliverTo = [To("a") with { Secrets = ["key"] }] });
        (await harness.Model.Calls.NextAsync()).Finish("done");
        await harness.WaitAsync(record.Id);

        var started = (await harness.Client.GetHistoryAsync(record.Thread.Thread, 1, 10, Token)).Select(static entry => entry.Payload).OfType<ExecutionStarted>().Single();
        var target = Assert.Single(started.DeliverTo!);
        Assert.Equal(("test:a", "key"), (target.Url, Assert.Single(target.Secrets!)));
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(DeliveryEvents.Failed, false)]
    [InlineData(DeliveryEvents.Cancelled, true)]
    public async Task Cancelled_BeforeItsTurn_IsToldToThoseWhoAsked(string? what, bool isTold)
    {
        await using var harness = await EngineHarness.StartAsync();
        await harness.SubmitAsync(Talker, "first", static request => request with { Thread = "t" });
        var call = await harness.Model.Calls.NextAsync();
        var queued = await harness.SubmitAsync(Talker, "second", request => request with { Thread = "t", DeliverTo = [To("a") with { Events = what is null ? null : [what] }] });

        await harness.Client.CancelAsync(queued.Id, "no", Token);
        if (isTold)
        {
            var message = await harness.Sender.Tries.NextAsync();
            using var body = JsonDocument.Parse(message.Body);
            Assert.Equal((queued.Id, DeliveryEvents.Cancelled), (message.Execution, message.Event));
            Assert.Equal("cancelled", body.RootElement.GetProperty("status").GetString());
        }

        call.Finish("done");
        await harness.WaitAsync(queued.Id);
        Assert.Equal(isTold ? 1 : 0, harness.Sender.Tries.Count);
    }

    [Fact]
    public async Task TimedOut_IsTold()
    {
        await using var harness = await EngineHarness.StartAsync();
        await harness.SubmitAsync(Talker, "slow", static request => request with { DeliverTo = [To("a")], Timeout = TimeSpan.FromSeconds(30) });
        await harness.Model.Calls.NextAsync();

        var told = harness.Sender.Tries.NextAsync();
        await harness.AdvanceUntilAsync(told);

        Assert.Equal(DeliveryEvents.TimedOut, (await told).Event);
    }

    [Fact]
    public async Task Interrupted_AskedFor_IsToldOnceForTheQuestionsOfOneMoment()
    {
        await using var harness = await EngineHarness.StartAsync();
        var record = await harness.SubmitAsync(Asker, "go", static request => request with { DeliverTo = [To("a") with { Events = [DeliveryEvents.Interrupted, DeliveryEvents.Completed] }] });

        var asked = await harness.Sender.Tries.NextAsync();
        var questions = (await harness.WaitAsync(record.Id)).Interrupts;
        await harness.Client.ResumeAsync(record.Id, new ResumeRequest { Answers = questions.ToDictionary(static question => question.Id, static _ => JsonSerializer.SerializeToElement("yes")) }, Token);
        var ended = await harness.Sender.Tries.NextAsync();

        using var body = JsonDocument.Parse(asked.Body);
        Assert.Equal(("interrupted", 2), (body.RootElement.GetProperty("status").GetString(), body.RootElement.GetProperty("interrupts").GetArrayLength()));
        Assert.Equal((DeliveryEvents.Interrupted, DeliveryEvents.Completed), (asked.Event, ended.Event));
    }

    [Fact]
    public async Task Fork_OfAnExecutionThatIsWaitedFor_TellsNobody()
    {
        await using var harness = await EngineHarness.StartAsync();
        var record = await harness.SubmitAsync(Asker, "go", static request => request with { DeliverTo = [To("a")] });
        await harness.WaitAsync(record.Id);
        var position = (await harness.Client.GetThreadAsync(record.Thread.Thread, Token))!.Position;

        var fork = (await harness.Client.ForkAsync(record.Thread.Thread, position, null, continues: true, Token)).Value!;
        await harness.Client.CancelAsync(fork.Execution!.Value, null, Token);
        await EndAsync(harness, fork.Execution.Value);
        await harness.Client.CancelAsync(record.Id, null, Token);

        Assert.Equal(record.Id, (await harness.Sender.Tries.NextAsync()).Execution);
        Assert.Equal(1, harness.Sender.Tries.Count);
    }

    [Fact]
    public async Task Thread_Deleted_ItsDeliveriesGoWithIt()
    {
        await using var harness = await EngineHarness.StartAsync();
        harness.Sender.Answer = static (_, _) => Task.FromResult(SendResult.Failed("no"));
        var record = await harness.SubmitAsync(Echo, "x", static request => request with { DeliverTo = [To("a")] });
        await harness.Node.Store.Settlements.NextAsync();
        Assert.Single((await harness.Client.ListDeliveriesAsync(dead: false, null, 10, Token)).Items);

        await harness.Client.DeleteThreadAsync(record.Thread.Thread, Token);
        await harness.AdvanceAsync(TimeSpan.FromMinutes(5));

        Assert.Empty((await harness.Client.ListDeliveriesAsync(dead: false, null, 10, Token)).Items);
        Assert.Equal(1, harness.Sender.Tries.Count);
    }

    [Fact]
    public async Task Body_TooLarge_SaysWhereTheWholeOfItIs()
    {
        await using var harness = await EngineHarness.StartAsync(configure: static options =>
        {
            options.Deliveries.MaxBodyBytes = 4000;
            options.Deliveries.PublicUrl = new Uri("https://actant.example.com/base/");
        });
        var record = await harness.SubmitAsync(Echo, new string('x', 5000), static request => request with { DeliverTo = [To("a")] });

        var message = await harness.Sender.Tries.NextAsync();

        using var body = JsonDocument.Parse(message.Body);
        Assert.True(message.Body.Length < 4000);
        Assert.Equal($"https://actant.example.com/base/api/v1/executions/{record.Id}", body.RootElement.GetProperty("result_url").GetString());
        Assert.False(body.RootElement.TryGetProperty("output", out _));
    }

    [Fact]
    public async Task SubmitAsync_TargetsHaveFaults_AllAreNamed()
    {
        await using var harness = await EngineHarness.StartAsync();
        var request = EngineHarness.Request(Echo) with
        {
            DeliverTo =
            [
                new DeliveryTarget { Url = "carrier-pigeon:roof" },
                new DeliveryTarget { Url = "test:a b" },
                To("c") with { Events = ["started"], Secrets = ["no secret!"] },
                .. Enumerable.Repeat(To("d"), 6),
            ],
            CallbackUrl = "nowhere",
        };

        var refused = (await harness.Client.SubmitAsync(request, Token)).Refusal!;

        Assert.Equal("invalid_input", refused.Code);
        Assert.Equal(
            [
                ("$.deliver_to", "out_of_range"), ("$.deliver_to[0].url", "unknown_scheme"), ("$.deliver_to[1].url", "invalid_url"),
                ("$.deliver_to[2].events[0]", "unknown_value"), ("$.deliver_to[2].secret", "plain_secret"), ("$.callback_url", "unknown_scheme"),
            ],
            refused.Errors!.Select(static error => (error.Path, error.Code)));
    }

    [Fact]
    public async Task Definition_TargetsHaveFaults_AllAreNamed()
    {
        await using var harness = await EngineHarness.StartAsync();
        var agent = EngineHarness.Define("""
            name: echo
            callback_url: pigeon:roof
            deliver_to: [{url: "test:a", events: [never]}, {url: "test:b", secret: "secret://key"}]
            nodes: [{name: main, type: prompt, template: "{{ input }}"}]
            """);

        var problems = harness.Node.Engine.Validate(agent);

        Assert.Equal([("$.deliver_to[0].events[0]", "unknown_value"), ("$.callback_url", "unknown_scheme")], problems.Select(static problem => (problem.Path, problem.Code)));
        Assert.Equal("key", Assert.Single(agent.DeliverTo![1].Secrets!));
    }

    [Theory]
    [InlineData("whsec_abc")]
    [InlineData("[\"secret://key\", whsec_abc]")]
    public async Task Definition_HoldsTheKeyItself_SaysSoWithoutRepeatingIt(string secret)
    {
        await using var harness = await EngineHarness.StartAsync();
        var text = """{name: echo, deliver_to: [{url: "test:b", secret: KEY}], nodes: [{name: main, type: prompt, template: "{{ input }}"}]}""";
        var read = DefinitionReader.Read(System.Text.Encoding.UTF8.GetBytes(text.Replace("KEY", secret, StringComparison.Ordinal)));

        var problem = Assert.Single(DefinitionValidator.Validate(read, harness.Node.Engine.Context()).Problems);

        Assert.Equal(("$.deliver_to[0].secret", "plain_secret"), (problem.Path, problem.Code));
        Assert.DoesNotContain("whsec", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SameKey_OtherTargets_IsAConflict()
    {
        await using var harness = await EngineHarness.StartAsync();
        await harness.SubmitAsync(Echo, "x", static request => request with { IdempotencyKey = "k", DeliverTo = [To("a")] });

        var same = await harness.Client.SubmitAsync(EngineHarness.Request(Echo, "x") with { IdempotencyKey = "k", DeliverTo = [To("a")] }, Token);
        var other = await harness.Client.SubmitAsync(EngineHarness.Request(Echo, "x") with { IdempotencyKey = "k", DeliverTo = [To("b")] }, Token);

        Assert.True(same.IsReplayed);
        Assert.Equal("idempotency_conflict", other.Refusal?.Code);
    }

    private static DeliveryTarget To(string name) => new() { Url = $"test:{name}" };

    private static async Task EndAsync(EngineHarness harness, ExecutionId id)
    {
        await foreach (var _ in harness.Client.EventsAsync(id, null, Token))
        {
        }
    }
}
