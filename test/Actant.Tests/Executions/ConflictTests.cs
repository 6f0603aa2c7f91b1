using System.Text.Json;
using Actant.Journaling;
using Actant.Storage;
using Actant.Testing.Executions;

namespace Actant.Tests.Executions;

/// <summary>Entries in the journal that the one who holds the thread did not write.</summary>
[Trait("Row", "F3")]
public sealed class ConflictTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Append_OtherEntriesStandThere_IsFoldedAgainAndGoesOn(int append)
    {
        var tool = new GatedTool("work", ToolClass.Pure) { Responds = static call => call.Succeed() };
        await using var harness = await EngineHarness.StartAsync([tool]);
        var count = 0;
        harness.Node.Store.BeforeAppend = async request =>
        {
            if (++count == append)
            {
                await harness.Store.AppendAsync(Foreign(request), TestContext.Current.CancellationToken);
            }
        };

        var id = (await harness.SubmitAsync(TestAgents.Worker)).Id;
        var ended = harness.WaitAsync(id);
        var call = await harness.Model.Calls.NextAsync();
        call.FinishWithCall("c1", "work");
        while (!ended.IsCompleted)
        {
            var next = harness.Model.Calls.NextAsync();
            if (await Task.WhenAny(next, ended) == next)
            {
                (await next).Finish("done");
            }
        }

        Assert.Equal(ExecutionStatus.Completed, (await ended).Record.Status);
        Assert.Equal("there", (await harness.Client.GetStateAsync((await ended).Record.Thread.Thread, null, TestContext.Current.CancellationToken))!.Values["foreign"].GetString());
    }

    [Fact]
    public async Task Append_OtherEntriesStandThereAllThroughALease_IsGivenBackAndGoesOnUnderTheNext()
    {
        await using var harness = await EngineHarness.StartAsync();
        var first = 0L;
        harness.Node.Store.BeforeAppend = async request =>
        {
            first = first == 0 ? request.Epoch : first;
            if (request.Epoch == first && request.Executions.Any(static change => change.Status == ExecutionStatus.Completed))
            {
                await harness.Store.AppendAsync(Foreign(request), TestContext.Current.CancellationToken);
            }
        };

        var ended = await EndOfTalkAsync(harness);

        Assert.Null(ended.Record.Failure);
        Assert.Equal(ExecutionStatus.Completed, ended.Record.Status);
    }

    [Fact]
    public async Task Append_OtherEntriesStandThereUnderEachLease_FailsInTheEnd()
    {
        await using var harness = await EngineHarness.StartAsync();
        harness.Node.Store.BeforeAppend = async request =>
        {
            if (request.Executions.Any(static change => change.Status == ExecutionStatus.Completed))
            {
                await harness.Store.AppendAsync(Foreign(request), TestContext.Current.CancellationToken);
            }
        };

        Assert.Equal("journal_conflict", (await EndOfTalkAsync(harness)).Record.Failure?.Code);
    }

    private static async Task<ExecutionResult> EndOfTalkAsync(EngineHarness harness)
    {
        harness.Model.Responds = static call => call.Finish("done");
        var ended = harness.WaitAsync((await harness.SubmitAsync(TestAgents.Talker)).Id);
        await harness.AdvanceUntilAsync(ended);
        return await ended;
    }

    private static AppendRequest Foreign(AppendRequest request) => new()
    {
        Thread = request.Thread,
        Epoch = request.Epoch,
        Position = request.Position,
        SeenSignal = request.SeenSignal,
        Entries =
        [
            EntryCodec.Encode(new Entry
            {
                Id = Guid.CreateVersion7(),
                Position = request.Position,
                Epoch = request.Epoch,
                At = DateTimeOffset.UnixEpoch,
                Payload = new StateUpdated { Operations = [new StateOperation { Op = StateOperationKind.Set, Key = "foreign", Value = JsonSerializer.SerializeToElement("there") }] },
            }).Entry,
        ],
    };
}
