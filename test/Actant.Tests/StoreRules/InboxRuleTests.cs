using Actant.Storage;
using Actant.StoreRules;

namespace Actant.Tests.StoreRules;

public sealed class InboxRuleTests
{
    [Theory]
    [InlineData(1, new long[] { 1, 2, 4 })]
    [InlineData(3, new long[] { 2, 3, 4 })]
    [InlineData(5, new long[] { 2, 4, 5 })]
    public void Page_Input_StandsWhereItsNumberIs(long input, long[] expected)
    {
        var page = InboxRule.Page([Signal(2), Signal(4)], Signal(input), 9);

        Assert.Equal(expected, page.Signals.Select(signal => signal.Number));
        Assert.Equal((9L, false), (page.SignalNumber, page.IsMore));
    }

    [Fact]
    public void Page_MoreThanOneHolds_SaysSo()
    {
        var calls = Enumerable.Range(1, StorageLimits.MaxItems).Select(number => Signal(number)).ToList();

        Assert.False(InboxRule.Page(calls, null, 1).IsMore);
        Assert.True(InboxRule.Page(calls, Signal(5000), 1).IsMore);
        Assert.True(InboxRule.Page([Signal(1, (int)InboxPage.MaxBytes), Signal(2)], null, 1) is { IsMore: true, Signals.Count: 1 });
    }

    private static InboxSignal Signal(long number, int size = 0) => new(number, SignalKind.Stop, null, "key", new byte[size], Rows.Now, null);
}
