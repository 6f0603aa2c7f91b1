using System.Text.Json;
using Actant.Executions;
using Actant.Journaling;
using Actant.Storage;
using Actant.Testing.Executions;
using Actant.Testing.Storage;

namespace Actant.Tests.Executions;

/// <summary>Executions that wait behind one that waits for a person.</summary>
[Trait("Row", "X2")]
public sealed class QueueTests
{
    private const string Ask = "name: ask\nnodes:\n  - {name: ask, type: human, prompt: May I?}\n";
    private const string Echo = "name: echo\nnodes:\n  - {name: say, type: prompt, template: \"You said {{ input }}\"}\n";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Signal_MoreThanAThousandWait_IsHeard(bool cancels)
    {
        // Who watches the loops writes the whole state after each step.
        await using var harness = await EngineHarness.StartAsync(configure: static options => options.Watch = null);
        var (asked, queued) = await QueueAsync(harness, 1100);

        Assert.True((cancels ? await harness.Client.CancelAsync(asked.Id, "enough", Token) : await AnswerAsync(harness, asked)).IsDone);

        Assert.Equal(cancels ? ExecutionStatus.Cancelled : ExecutionStatus.Completed, (await harness.WaitAsync(asked.Id)).Record.Status);
        Assert.Equal("You said x", (await harness.WaitAsync(queued[^1])).Output.GetString());
    }

    [Fact]
    public async Task Interrupt_OthersWaitAlready_GoesBeforeThem()
    {
        await using var harness = await EngineHarness.StartAsync();
        var (asked, queued) = await QueueAsync(harness, 2);

        var urgent = await harness.SubmitAsync(Echo, "now", request => request with { Thread = "t", WhenBusy = BusyStrategy.Interrupt });

        Assert.Equal("You said now", (await harness.WaitAsync(urgent.Id)).Output.GetString());
        await harness.WaitAsync(queued[1]);
        Assert.Equal(ExecutionStatus.Cancelled, (await harness.Client.GetRecordAsync(asked.Id, Token))!.Status);
        var entries = await harness.Client.GetHistoryAsync("t", 1, 500, Token);
        Assert.Equal(
            [asked.Id, urgent.Id, queued[0], queued[1]],
            entries.Where(entry => entry.Payload is ExecutionStarted).Select(entry => entry.Execution!.Value));
    }

    [Fact]
    public async Task Cancel_ManyThatWait_EachEndsAndNothingIsLeftToRead()
    {
        await using var harness = await EngineHarness.StartAsync();
        var (asked, queued) = await QueueAsync(harness, 6);
        foreach (var execution in queued.Take(5))
        {
            Assert.True((await harness.Client.CancelAsync(execution, null, Token)).IsDone);
            Assert.Equal(ExecutionStatus.Cancelled, (await harness.WaitAsync(execution)).Record.Status);
        }

        await AnswerAsync(harness, asked);

        Assert.Equal("You said x", (await harness.WaitAsync(queued[5])).Output.GetString());
        var entries = await harness.Client.GetHistoryAsync("t", 1, 500, Token);
        Assert.Equal(queued.Take(5), entries.Where(entry => entry.Payload is ExecutionCancelled).Select(entry => entry.Execution!.Value));
        Assert.Empty(await StoreFixture.ReadInboxAsync(harness.Store, StoreFixture.Key("t")));
    }

    private static async Task<(ExecutionRecord Asked, IReadOnlyList<ExecutionId> Queued)> QueueAsync(EngineHarness harness, int count)
    {
        var asked = await harness.SubmitAsync(Ask, "x", request => request with { Thread = "t" });
        await harness.WaitAsync(asked.Id);
        var queued = new List<ExecutionId>();
        for (var i = 0; i < count; i++)
        {
            queued.Add((await harness.SubmitAsync(Echo, "x", request => request with { Thread = "t", WhenBusy = BusyStrategy.Enqueue })).Id);
        }

        return (asked, queued);
    }

    private static Task<Reply<ExecutionRecord>> AnswerAsync(EngineHarness harness, ExecutionRecord asked) =>
        harness.Client.ResumeAsync(asked.Id, new ResumeRequest { Answer = JsonSerializer.SerializeToElement(true) }, Token);
}
