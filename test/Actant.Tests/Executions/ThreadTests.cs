using System.Text.Json;
using Actant.Executions;
using Actant.Journaling;
using Actant.Storage;
using Actant.Testing.Executions;
using Actant.Tools;

namespace Actant.Tests.Executions;

[Trait("Row", "X2")]
public sealed class ThreadTests
{
    private const string Talk = "name: talk\nmodel: {provider: gated, model_name: any}\ntools: [look]";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SecondTurn_SeesTheFirst()
    {
        await using var harness = await StartAsync();
        await TurnAsync(harness, "one", "first");
        var second = await SubmitAsync(harness, "two");
        var call = await harness.Model.Calls.NextAsync();
        Assert.Equal(["one", "", "", "first", "two"], call.Messages.Select(message => message.Text));
        call.Finish("second");
        var result = await harness.WaitAsync(second.Id);

        Assert.Equal(["two", "second"], result.Messages.Select(message => message.Text));
        Assert.Equal("second", (await harness.Client.GetAsync(second.Id, Token))!.Response);
    }

    [Fact]
    public async Task Busy_Enqueue_RunsAfterIt()
    {
        await using var harness = await StartAsync();
        var (first, call, second) = await TwoAsync(harness, null);
        Assert.Equal(ExecutionStatus.Pending, (await harness.Client.GetRecordAsync(second.Value!.Id, Token))!.Status);
        call.Finish("first");
        Assert.Equal("first", (await harness.WaitAsync(first.Id)).Response);
        var next = await harness.Model.Calls.NextAsync();

        Assert.Equal(["one", "first", "two"], next.Messages.Select(message => message.Text));
        next.Finish("second");
        Assert.Equal("second", (await harness.WaitAsync(second.Value.Id)).Response);
    }

    [Fact]
    public async Task Busy_Reject_IsRefusedAndTheFirstGoesOn()
    {
        await using var harness = await StartAsync();
        var (first, call, second) = await TwoAsync(harness, BusyStrategy.Reject);
        Assert.Equal("thread_busy", second.Refusal!.Code);
        call.Finish("first");

        Assert.Equal("first", (await harness.WaitAsync(first.Id)).Response);
        Assert.Single((await harness.Client.ListAsync(new ExecutionFilter(), null, 10, Token)).Items);
    }

    [Fact]
    public async Task Busy_Interrupt_EndsTheFirstAndKeepsWhatItDid()
    {
        await using var harness = await StartAsync();
        var (first, call, second) = await TwoAsync(harness, BusyStrategy.Interrupt);
        await call.Cancelled;
        var next = await harness.Model.Calls.NextAsync();
        Assert.Equal(["one", "two"], next.Messages.Select(message => message.Text));
        next.Finish("second");
        await harness.WaitAsync(second.Value!.Id);

        Assert.Equal(ExecutionStatus.Cancelled, (await harness.Client.GetRecordAsync(first.Id, Token))!.Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Busy_Rollback_LeavesTheStateAsBeforeTheFirst(bool isCached)
    {
        await using var harness = await StartAsync(options => options.ThreadCacheBytes = isCached ? 1 << 20 : 0);
        await TurnAsync(harness, "zero", "null");
        var before = await harness.Client.GetStateAsync("t", null, Token);
        var (first, call, second) = await TwoAsync(harness, BusyStrategy.Rollback);
        await call.Cancelled;
        var next = await harness.Model.Calls.NextAsync();
        Assert.Equal(["zero", "", "", "null", "two"], next.Messages.Select(message => message.Text));
        next.Finish("second");
        var result = await harness.WaitAsync(second.Value!.Id);

        Assert.Equal(["two", "second"], result.Messages.Select(message => message.Text));
        Assert.Equal(ExecutionStatus.Cancelled, (await harness.Client.GetRecordAsync(first.Id, Token))!.Status);
        var rewound = Assert.Single(await HistoryAsync(harness, "t"), entry => entry.Payload is Rewound);
        var after = await harness.Client.GetStateAsync("t", rewound.Position, Token);
        Assert.Equal(Text(before!), Text(after!));
        Assert.Null(after!.Execution);
    }

    [Fact]
    public async Task Rewind_ToEachPosition_GivesTheStateAsItWasAndGoesOn()
    {
        await using var harness = await StartAsync();
        await TurnAsync(harness, "one", "first");
        await TurnAsync(harness, "two", "second");
        var end = (await harness.Client.GetThreadAsync("t", Token))!.Position;
        for (var position = 0L; position <= end; position++)
        {
            var then = await harness.Client.GetStateAsync("t", position, Token);
            var rewound = await harness.Client.RewindAsync("t", position, continues: false, Token);
            Assert.True(rewound.IsDone, rewound.Refusal?.ToString());
            var now = await harness.Client.GetStateAsync("t", null, Token);
            Assert.Equal(Text(then!), Text(now!));
            Assert.Null(now!.Execution);
        }

        await harness.Client.RewindAsync("t", end, continues: false, Token);
        await SubmitAsync(harness, "three");
        var call = await harness.Model.Calls.NextAsync();
        Assert.Equal(["one", "", "", "first", "two", "", "", "second", "three"], call.Messages.Select(message => message.Text));
        Assert.Equal("position_not_found", (await harness.Client.RewindAsync("t", 9999, continues: false, Token)).Refusal!.Code);
        Assert.Equal("thread_busy", (await harness.Client.RewindAsync("t", 3, continues: false, Token)).Refusal!.Code);
        Assert.Equal("thread_not_found", (await harness.Client.RewindAsync("u", 3, continues: false, Token)).Refusal!.Code);
        call.Finish("third");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Fork_FromEachPosition_HasThePrefixAndComesToTheSameEnd(bool rewinds)
    {
        await using var harness = await StartAsync();
        var original = await TurnAsync(harness, "one", "first");
        Play(harness, "first");
        var entries = await HistoryAsync(harness, "t");
        var forks = 0;
        foreach (var entry in entries)
        {
            var then = await harness.Client.GetStateAsync("t", entry.Position, Token);
            var name = rewinds ? "t" : $"fork-{entry.Position}";
            var branch = rewinds
                ? await harness.Client.RewindAsync("t", entry.Position, continues: true, Token)
                : await harness.Client.ForkAsync("t", entry.Position, name, continues: true, Token);
            Assert.True(branch.IsDone, branch.Refusal?.ToString());
            if (!rewinds)
            {
                Assert.Equal(entries.Take((int)entry.Position), (await HistoryAsync(harness, name)).Take((int)entry.Position), Same);
            }

            Assert.Equal(then!.Execution is null, branch.Value.Execution is null);
            if (branch.Value.Execution is not { } id)
            {
                continue;
            }

            forks++;
            var result = await harness.WaitAsync(id);
            Assert.Equal(ExecutionStatus.Completed, result.Record.Status);
            Assert.Equal("first", result.Response);
            Assert.Equal(original.Messages.Select(message => message.Text), result.Messages.Select(message => message.Text));
            Assert.Equal(original.ToolResults.Select(call => call.ToolName), result.ToolResults.Select(call => call.ToolName));
            Assert.Equal(
                // The calls of an answer that was copied stay those calls; those of a new answer are others.
                entries.TakeWhile(earlier => earlier.Position <= entry.Position).Any(earlier => earlier.Payload is ModelAnswered { Message.ToolCalls: not null }),
                original.ToolResults[0].CallId == result.ToolResults[0].CallId);
            var read = await harness.Client.GetAsync(id, Token);
            Assert.Equal(result.Messages.Select(message => message.Text), read!.Messages.Select(message => message.Text));
            Assert.Equal("first", read.Response);
        }

        Assert.Equal(6, forks);
    }

    [Fact]
    public async Task Fork_WithoutContinuing_ClosesTheExecution()
    {
        await using var harness = await StartAsync();
        await TurnAsync(harness, "one", "first");
        var branch = await harness.Client.ForkAsync("t", 4, "fork", continues: false, Token);
        Assert.True(branch.IsDone);
        Assert.Null((await harness.Client.GetStateAsync("fork", null, Token))!.Execution);
        Assert.Equal("thread_exists", (await harness.Client.ForkAsync("t", 4, "fork", continues: false, Token)).Refusal!.Code);
        Assert.Equal("position_not_found", (await harness.Client.ForkAsync("t", 99, "other", continues: false, Token)).Refusal!.Code);

        var submitted = await SubmitAsync(harness, "two", "fork");
        var call = await harness.Model.Calls.NextAsync();
        Assert.Equal(["one", "", "", "two"], call.Messages.Select(message => message.Text));
        call.Finish("second");
        Assert.Equal("second", (await harness.WaitAsync(submitted.Id)).Response);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Fork_AtAQuestion_AsksInTheCopyToo(bool rewinds)
    {
        await using var harness = await StartAsync();
        var submitted = await harness.SubmitAsync("""
            name: ask
            nodes: [{name: ask, type: human, prompt: Well?}, {name: end, type: prompt, template: "{{ state.ask }}"}]
            edges: [{from: ask, to: end}]
            """, change: request => request with { Thread = "t" });
        var question = Assert.Single((await harness.WaitAsync(submitted.Id)).Interrupts);
        var position = (await harness.Client.GetThreadAsync("t", Token))!.Position;
        var answer = new ResumeRequest { Answers = new Dictionary<string, JsonElement> { [question.Id] = JsonElement.Parse("\"first\"") } };
        await harness.Client.ResumeAsync(submitted.Id, answer, Token);
        Assert.Equal("first", (await EndOfAsync(harness, submitted.Id)).Response);

        var branch = rewinds
            ? await harness.Client.RewindAsync("t", position, continues: true, Token)
            : await harness.Client.ForkAsync("t", position, "fork", continues: true, Token);
        var id = branch.Value!.Execution!.Value;
        Assert.Equal(question.Id, Assert.Single((await UntilInterruptedAsync(harness, id)).Interrupts).Id);
        var reply = await harness.Client.ResumeAsync(id, new ResumeRequest { Answer = JsonElement.Parse("\"second\"") }, Token);
        Assert.True(reply.IsDone, reply.Refusal?.ToString());

        Assert.Equal("second", (await EndOfAsync(harness, id)).Response);
        Assert.Equal("first", (await harness.Client.GetAsync(submitted.Id, Token))!.Response);
    }

    [Fact]
    public async Task Delete_WhileRunning_StopsTheRunAndLeavesNothing()
    {
        await using var harness = await StartAsync();
        await TurnAsync(harness, "one", "first");
        var submitted = await SubmitAsync(harness, "two");
        var call = await harness.Model.Calls.NextAsync();
        Assert.True(await harness.Client.DeleteThreadAsync("t", Token));
        await call.Cancelled;

        Assert.False(await harness.Client.DeleteThreadAsync("t", Token));
        Assert.Null(await harness.Client.GetAsync(submitted.Id, Token));
        Assert.Null(await harness.Client.GetThreadAsync("t", Token));
        Assert.Empty((await harness.Client.ListAsync(new ExecutionFilter(), null, 10, Token)).Items);
        Assert.Empty(await HistoryAsync(harness, "t"));

        await SubmitAsync(harness, "three");
        var next = await harness.Model.Calls.NextAsync();
        Assert.Equal(["three"], next.Messages.Select(message => message.Text));
        next.Finish("third");
    }

    [Fact]
    public async Task Delete_NewsComesLate_LeavesTheNewThreadOfThatNameAlone()
    {
        await using var harness = await StartAsync();
        await SubmitAsync(harness, "one");
        var call = await harness.Model.Calls.NextAsync();
        var (isNotified, notified, release) = (false, new TaskCompletionSource(), new TaskCompletionSource());
        harness.Node.Store.BeforeWakeup = async wakeup =>
        {
            if (wakeup.Kind == WakeupKind.LeaseEnded)
            {
                isNotified = true;
                await release.Task;
            }
            else if (isNotified)
            {
                notified.TrySetResult();
            }
        };
        Assert.True(await harness.Client.DeleteThreadAsync("t", Token));
        await call.Cancelled;

        var submitted = await SubmitAsync(harness, "two");
        var next = await harness.Model.Calls.NextAsync();
        release.SetResult();
        await harness.Store.For(TenantId.Default).SetShareAsync(TenantShare.Default, Token);
        await notified.Task.WaitAsync(EngineHarness.Patience, Token);
        next.Finish("done");

        var ended = (await harness.WaitAsync(submitted.Id)).Record;
        Assert.Null(ended.Failure);
        Assert.Equal(ExecutionStatus.Completed, ended.Status);
    }

    [Fact]
    public async Task Delete_OnAnotherNode_LeavesNoStateInMemory()
    {
        await using var harness = await StartAsync();
        await TurnAsync(harness, "one", "first");
        var other = harness.Store.For(TenantId.Default);
        await other.DeleteThreadAsync("t", Token);
        await harness.Node.Engine.StopAsync(Token);
        await using (var node = new ActantEngine(
            harness.Store, new ToolRegistry([]), new Actant.LanguageModels.ModelProviders([harness.Model]), time: harness.Time, ids: new Actant.Testing.SequentialIdGenerator(77)))
        {
            await node.StartAsync(Token);
            var client = node.For(TenantId.Default);
            var tools = EngineHarness.Request("name: talk\nmodel: {provider: gated, model_name: any}", "new") with { Thread = "t" };
            for (var i = 0; i < 3; i++)
            {
                var reply = await client.SubmitAsync(tools, Token);
                (await harness.Model.Calls.NextAsync()).Finish("n");
                await client.WaitAsync(reply.Value!.Id, Token);
            }
        }

        await harness.Node.Engine.StartAsync(Token);
        await SubmitAsync(harness, "last");
        var call = await harness.Model.Calls.NextAsync();
        Assert.Equal(["new", "n", "new", "n", "new", "n", "last"], call.Messages.Select(message => message.Text));
        call.Finish("ok");
    }

    private static Task<EngineHarness> StartAsync(Action<EngineOptions>? configure = null) =>
        EngineHarness.StartAsync([new GatedTool("look", ToolClass.Pure) { Responds = static call => call.Succeed("seen") }], configure);

    private static Task<ExecutionRecord> SubmitAsync(EngineHarness harness, string input, string thread = "t") =>
        harness.SubmitAsync(Talk, input, request => request with { Thread = thread });

    private static async Task<ExecutionResult> TurnAsync(EngineHarness harness, string input, string answer)
    {
        Play(harness, answer);
        var result = await harness.WaitAsync((await SubmitAsync(harness, input)).Id);
        Listen(harness);
        return result;
    }

    /// <summary>From now on the model demands one call in each turn and then answers.</summary>
    private static void Play(EngineHarness harness, string answer) => harness.Model.Responds = call =>
    {
        if (call.Messages[^1].Role == Microsoft.Extensions.AI.ChatRole.User)
        {
            call.Demand("a", "look");
            call.Finish();
        }
        else
        {
            call.Finish(answer);
        }
    };

    /// <summary>From now on each call of the model waits for the test.</summary>
    private static void Listen(EngineHarness harness)
    {
        harness.Model.Responds = null;
        while (harness.Model.Calls.TryTake())
        {
            // Those that were played are nobody's any more.
        }
    }

    private static async Task<(ExecutionRecord First, ModelCall Call, Reply<ExecutionRecord> Second)> TwoAsync(EngineHarness harness, BusyStrategy? strategy)
    {
        var first = await SubmitAsync(harness, "one");
        var call = await harness.Model.Calls.NextAsync();
        var second = await harness.Client.SubmitAsync(EngineHarness.Request(Talk, "two") with { Thread = "t", WhenBusy = strategy }, Token);
        return (first, call, second);
    }

    /// <summary>The row says that it asks until the answer was taken up.</summary>
    private static async Task<ExecutionResult> EndOfAsync(EngineHarness harness, ExecutionId id)
    {
        ExecutionResult result;
        while (!(result = await harness.WaitAsync(id)).Record.Status.IsEnd())
        {
            await Task.Delay(1, Token);
        }

        return result;
    }

    private static async Task<ExecutionResult> UntilInterruptedAsync(EngineHarness harness, ExecutionId id) => await harness.WaitAsync(id);

    private static Task<IReadOnlyList<Entry>> HistoryAsync(EngineHarness harness, string thread) =>
        harness.Client.GetHistoryAsync(thread, 1, 500, Token);

    private static bool Same(Entry left, Entry right) => left.Id == right.Id && left.Position == right.Position && left.Payload.Kind == right.Payload.Kind;

    private static string Text(ThreadView state) => JsonSerializer.Serialize(new { state.Values, Messages = state.Messages.Select(message => (message.Role, message.Text).ToString()) });
}
