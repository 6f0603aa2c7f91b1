using Actant.Executions;
using Actant.Storage;
using Actant.Testing.Executions;

namespace Actant.Tests.Executions;

[Trait("Row", "X4")]
public sealed class IdempotencyTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SubmitAsync_FiftyAtOnceWithOneKey_OneExecutionRunsOnce()
    {
        await using var harness = await EngineHarness.StartAsync();
        harness.Model.Responds = call => call.Finish("hello");
        var request = EngineHarness.Request(TestAgents.Talker) with { IdempotencyKey = "k" };

        var replies = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => harness.Client.SubmitAsync(request, Token), Token)));

        var id = Assert.Single(replies.Select(reply => reply.Value!.Id).Distinct());
        Assert.Equal(49, replies.Count(reply => reply.IsReplayed));
        await harness.WaitAsync(id);
        await harness.Node.Engine.StopAsync(Token);
        Assert.Equal(1, harness.Model.Calls.Count);
        Assert.Single((await harness.Client.ListAsync(new ExecutionFilter(), null, 10, Token)).Items);
        Assert.Equal(id, (await harness.Client.FindAsync("k", Token))!.Id);
    }

    [Fact]
    public async Task SubmitAsync_SameKeyOtherBody_IsConflict()
    {
        await using var harness = await EngineHarness.StartAsync();
        harness.Model.Responds = call => call.Finish("hello");
        var request = EngineHarness.Request(TestAgents.Talker) with { IdempotencyKey = "k" };
        await harness.Client.SubmitAsync(request, Token);

        SubmitRequest[] others =
        [
            EngineHarness.Request(TestAgents.Talker, "other") with { IdempotencyKey = "k" },
            EngineHarness.Request(TestAgents.Stubborn) with { IdempotencyKey = "k" },
            request with { Thread = "t" },
            request with { Priority = 9 },
        ];
        foreach (var other in others)
        {
            Assert.Equal("idempotency_conflict", (await harness.Client.SubmitAsync(other, Token)).Refusal?.Code);
        }
    }

    [Fact]
    public async Task SubmitAsync_SameKeyAfterTheAgentChanged_IsTheSameExecution()
    {
        await using var harness = await EngineHarness.StartAsync();
        harness.Model.Responds = call => call.Finish("hello");
        var request = EngineHarness.Request(TestAgents.Talker) with { IdempotencyKey = "k" };
        var changed = EngineHarness.Request($"{TestAgents.Talker}\ndescription: Better") with { IdempotencyKey = "k" };
        Assert.NotEqual(request.Definition.Hash, changed.Definition.Hash);
        var first = await harness.Client.SubmitAsync(request, Token);

        var again = await harness.Client.SubmitAsync(changed, Token);

        Assert.True(again.IsReplayed);
        Assert.Equal(first.Value!.Id, again.Value!.Id);
        var brought = changed with { Brought = changed.Definition.Hash };
        Assert.Equal("idempotency_conflict", (await harness.Client.SubmitAsync(brought, Token)).Refusal?.Code);
    }

    [Fact]
    public async Task ForkAndRewindAsync_SameKey_AnswerAsTheFirst()
    {
        await using var harness = await EngineHarness.StartAsync();
        harness.Model.Responds = call => call.Finish("hello");
        var execution = await harness.SubmitAsync(TestAgents.Talker, change: request => request with { Thread = "t" });
        await harness.WaitAsync(execution.Id);

        var fork = await harness.Client.ForkAsync("t", 2, null, continues: true, "k", Token);
        var again = await harness.Client.ForkAsync("t", 2, null, continues: true, "k", Token);
        var rewind = await harness.Client.RewindAsync("t", 1, continues: false, "r", Token);
        var back = await harness.Client.RewindAsync("t", 1, continues: false, "r", Token);

        Assert.Equal((false, true), (fork.IsReplayed, again.IsReplayed));
        Assert.Equal(fork.Value, again.Value);
        Assert.Equal((false, true), (rewind.IsReplayed, back.IsReplayed));
        Assert.Equal(rewind.Value, back.Value);
        Assert.Equal(2, (await harness.Client.ListThreadsAsync(null, 10, Token)).Items.Count);
        Assert.Equal("idempotency_conflict", (await harness.Client.ForkAsync("t", 1, null, continues: true, "k", Token)).Refusal?.Code);
        Assert.Equal("idempotency_conflict", (await harness.Client.RewindAsync("t", 2, continues: false, "r", Token)).Refusal?.Code);
        Assert.Equal("invalid_id", (await harness.Client.ForkAsync("t", 1, null, continues: true, "", Token)).Refusal?.Code);
    }

    [Fact]
    public async Task RewindAsync_SeveralAtOnceUnderDifferentKeys_AreAllMade()
    {
        await using var harness = await EngineHarness.StartAsync();
        harness.Model.Responds = call => call.Finish("hello");
        var execution = await harness.SubmitAsync(TestAgents.Talker, change: request => request with { Thread = "t" });
        await harness.WaitAsync(execution.Id);
        Task<Reply<Branch>>? second = null;
        harness.Node.Store.BeforeRewind = () =>
        {
            // Both have seen the thread as it was; the store in memory answers at once.
            harness.Node.Store.BeforeRewind = null;
            second = harness.Client.RewindAsync("t", 1, continues: false, "second", Token);
        };

        var first = await harness.Client.RewindAsync("t", 1, continues: false, "first", Token);

        Assert.True((await second!).IsDone, (await second!).Refusal?.ToString());
        Assert.True(first.IsDone, first.Refusal?.ToString());
        Assert.Equal((await second!).Value!.Position + 1, first.Value!.Position);
    }

    [Fact]
    public async Task SubmitAsync_SameKeyOtherTenant_IsAnotherExecution()
    {
        await using var harness = await EngineHarness.StartAsync();
        harness.Model.Responds = call => call.Finish("hello");
        var request = EngineHarness.Request(TestAgents.Talker) with { IdempotencyKey = "k" };

        var mine = await harness.Client.SubmitAsync(request, Token);
        var theirs = await harness.Node.Engine.For(new TenantId("other")).SubmitAsync(request, Token);

        Assert.False(theirs.IsReplayed);
        Assert.NotEqual(mine.Value!.Id, theirs.Value!.Id);
    }

    [Fact]
    [Trait("Row", "O3")]
    public async Task SubmitAsync_ManyAtOnce_NeverMoreRunThanAllowed()
    {
        await using var harness = await EngineHarness.StartAsync(configure: options => options.MaxConcurrentExecutions = 2);
        var running = 0;
        var most = 0;
        harness.Model.Responds = call => _ = Task.Run(async () =>
        {
            var now = Interlocked.Increment(ref running);
            lock (harness)
            {
                most = Math.Max(most, now);
            }

            await Task.Yield();
            Interlocked.Decrement(ref running);
            call.Finish("hello");
        });

        var replies = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ =>
            Task.Run(() => harness.Client.SubmitAsync(EngineHarness.Request(TestAgents.Talker), Token), Token)));
        await Task.WhenAll(replies.Select(reply => harness.WaitAsync(reply.Value!.Id)));

        Assert.InRange(most, 1, 2);
    }
}
