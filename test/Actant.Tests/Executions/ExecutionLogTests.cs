using Actant.Testing.Executions;
using Microsoft.Extensions.Logging;

namespace Actant.Tests.Executions;

/// <summary>What becomes of executions is a line of the log each time.</summary>
[Trait("Row", "O3")]
public sealed class ExecutionLogTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Log_CompletedFailedAndCancelled_SaysWhichOfWhatAndHowLong()
    {
        await using var harness = await EngineHarness.StartAsync();
        var good = await harness.SubmitAsync(TestAgents.Talker);
        (await harness.Model.Calls.NextAsync()).Finish("yes");
        await harness.WaitAsync(good.Id);
        var bad = await harness.SubmitAsync("name: sorry\nnodes: [{name: t, type: transform, set: {x: '1 + state.none.more'}}]");
        await harness.WaitAsync(bad.Id);
        var gone = await harness.SubmitAsync(TestAgents.Talker);
        await harness.Model.Calls.NextAsync();
        await harness.Client.CancelAsync(gone.Id, null, Token);
        await harness.WaitAsync(gone.Id);

        Assert.Equal(LogLevel.Information, harness.Log.Only($"Execution {good.Id} of {good.Agent} began").Level);
        Assert.Equal((LogLevel.Information, $"Execution {good.Id} of {good.Agent} completed in 0 ms."), harness.Log.Only($"Execution {good.Id} of {good.Agent} completed"));
        var failed = harness.Log.Only($"Execution {bad.Id} of sorry failed");
        Assert.Equal(LogLevel.Error, failed.Level);
        Assert.Contains("expression_error", failed.Text, StringComparison.Ordinal);
        Assert.Equal(LogLevel.Information, harness.Log.Only($"Execution {gone.Id} of {gone.Agent} was cancelled").Level);
    }

    [Fact]
    public async Task Log_OwnerIsKilled_SaysThatItIsTakenOver()
    {
        await using var harness = await EngineHarness.StartAsync();
        var record = await harness.SubmitAsync(TestAgents.Talker);
        await harness.Model.Calls.NextAsync();
        await harness.AddNodeAsync();
        harness.Node.Kill();

        var again = harness.Model.Calls.NextAsync();
        await harness.AdvanceUntilAsync(again);
        (await again).Finish("yes");
        await harness.WaitAsync(record.Id);

        Assert.Equal(LogLevel.Warning, harness.Log.Only($"Execution {record.Id} of {record.Agent} is taken over").Level);
    }
}
