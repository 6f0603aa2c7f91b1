using Actant.Storage;
using Actant.StoreRules;

namespace Actant.Tests.StoreRules;

public sealed class OutboxRuleTests
{
    [Theory]
    [InlineData(OutboxSettlementKind.Retry, 2, true)]
    [InlineData(OutboxSettlementKind.Retry, null, true)]
    [InlineData(OutboxSettlementKind.Retry, 1, false)]
    [InlineData(OutboxSettlementKind.Dead, 1, false)]
    [InlineData(OutboxSettlementKind.Delivered, 1, true)]
    public void Counts_LastTryOrDelivered(OutboxSettlementKind kind, int? tried, bool expected) =>
        Assert.Equal(expected, OutboxRule.Counts(new OutboxSettlement(kind) { Attempt = tried }, attempt: 2));

    [Fact]
    public void Again_RetryKeepsTheAttemptAndReturnedGivesItBack()
    {
        var later = Rows.Now.AddSeconds(5);

        Assert.Equal((later, 2, "new"), OutboxRule.Again(new OutboxSettlement(OutboxSettlementKind.Retry, later, "new"), 2, "old", Rows.Now));
        Assert.Equal((Rows.Now, 1, "old"), OutboxRule.Again(new OutboxSettlement(OutboxSettlementKind.Returned, Reason: "new"), 2, "old", Rows.Now));
    }

    [Fact]
    public void Again_DeliveredOrDead_LaneGoesOn()
    {
        var (delivered, dead) = (new OutboxSettlement(OutboxSettlementKind.Delivered), new OutboxSettlement(OutboxSettlementKind.Dead));

        Assert.Null(OutboxRule.Again(delivered, 1, null, Rows.Now));
        Assert.Null(OutboxRule.Again(dead, 1, null, Rows.Now));
        Assert.False(OutboxRule.IsBuried(delivered));
        Assert.True(OutboxRule.IsBuried(dead));
    }
}
