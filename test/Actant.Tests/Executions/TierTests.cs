using Actant.Storage;
using Actant.Testing.Executions;
using Actant.Tiers;

namespace Actant.Tests.Executions;

[Trait("Row", "S6")]
public sealed class TierTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [Trait("Row", "X5")]
    [InlineData(null, null, null, 4)]
    [InlineData(null, null, 2, 2)]
    [InlineData(null, 7, 2, 7)]
    [InlineData(0, 7, 2, 0)]
    public async Task SubmitAsync_Priority_IsTheRequestsElseTheAgentsElseTheTiers(int? request, int? agent, int? tier, int expected)
    {
        await using var harness = await StartAsync(new TierLimits { Priority = tier });

        var reply = await harness.Client.SubmitAsync(
            EngineHarness.Request(TestAgents.Talker + (agent is null ? "" : $"\npriority: {agent}")) with { Priority = request, Start = false }, Token);

        Assert.Equal(expected, reply.Value!.Priority);
    }

    [Fact]
    public async Task SubmitAsync_TenantOfNoTier_HasNoLimits()
    {
        await using var harness = await StartAsync(new TierLimits { Priority = 9 });

        var reply = await harness.Node.Engine.For(new TenantId("other")).SubmitAsync(EngineHarness.Request(TestAgents.Talker) with { Start = false }, Token);

        Assert.Equal(Submission.DefaultPriority, reply.Value!.Priority);
    }

    private static Task<EngineHarness> StartAsync(TierLimits limits) => EngineHarness.StartAsync(
        configure: options => options.Tiers = new Dictionary<TenantId, TierLimits> { [TenantId.Default] = limits });
}
