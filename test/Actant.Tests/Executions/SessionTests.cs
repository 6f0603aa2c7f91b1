using Actant.Testing.Executions;

namespace Actant.Tests.Executions;

/// <summary>What a node does about its own session.</summary>
[Trait("Row", "X1")]
public sealed class SessionTests
{
    [Fact]
    public async Task Renewal_Hangs_WhatRunsEndsWithTheSessionAndANewOneIsOpened()
    {
        await using var harness = await EngineHarness.StartAsync();
        var id = (await harness.SubmitAsync(TestAgents.Talker)).Id;
        var call = await harness.Model.Calls.NextAsync();
        var (hangs, aborted) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var _ = call.Token.Register(aborted.SetResult);
        harness.Node.Store.BeforeRenewal = () => hangs.Task;

        harness.Time.Advance(harness.Node.Engine.Options.SessionLength);

        await aborted.Task.WaitAsync(EngineHarness.Patience, TestContext.Current.CancellationToken);
        var again = await harness.Model.Calls.NextAsync();
        hangs.SetResult();
        again.Finish("done");
        Assert.Equal(ExecutionStatus.Completed, (await harness.WaitAsync(id)).Record.Status);
    }
}
