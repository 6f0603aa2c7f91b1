using Actant.Storage;
using Actant.StoreRules;

namespace Actant.Tests.StoreRules;

public sealed class AppendRuleTests
{
    [Fact]
    public void Refuse_InOrder_Nothing()
    {
        Assert.False(AppendRule.MayStand(Rows.Leased(), Rows.Append()));
        Assert.Null(AppendRule.Refuse(Rows.Leased(), Rows.Append(), []));
    }

    [Fact]
    public void Refuse_NoThread_LeaseLost() =>
        Assert.Equal(new AppendResult(AppendOutcome.LeaseLost, 0), AppendRule.Refuse(null, Rows.Append(), []));

    [Theory]
    [InlineData(2, false)]
    [InlineData(1, true)]
    [InlineData(3, true)]
    public void Refuse_StandsThere_ReplayedBeforeTheEpochCounts(long epoch, bool isGone)
    {
        var request = Rows.Append(2, Rows.Entry(2), Rows.Entry(3)) with { Epoch = epoch };

        Assert.True(AppendRule.MayStand(Rows.Leased(), request));
        Assert.Equal(new AppendResult(AppendOutcome.Replayed, 4, isGone), AppendRule.Refuse(Rows.Leased(), request, [Rows.Id(2), Rows.Id(3)]));
    }

    [Theory]
    [InlineData(new[] { 2 })]
    [InlineData(new[] { 2, 9 })]
    public void Refuse_BeginsAsWhatStandsThere_PositionConflict(int[] standing)
    {
        var request = Rows.Append(2, Rows.Entry(2), Rows.Entry(3));

        Assert.Equal(AppendOutcome.PositionConflict, AppendRule.Refuse(Rows.Leased(), request, standing.Select(Rows.Id))?.Outcome);
    }

    [Theory]
    [InlineData(2, AppendOutcome.PositionConflict)]
    [InlineData(1, AppendOutcome.LeaseLost)]
    public void Refuse_OthersStandThere_ByTheLease(long epoch, AppendOutcome outcome)
    {
        var request = Rows.Append(3) with { Epoch = epoch };

        Assert.Equal(outcome, AppendRule.Refuse(Rows.Leased(), request, [Rows.Id(3)])?.Outcome);
    }

    [Fact]
    public void Refuse_NotHeld_LeaseLostEvenWithTheEpoch() =>
        Assert.Equal(AppendOutcome.LeaseLost, AppendRule.Refuse(Rows.Thread(), Rows.Append(), [])?.Outcome);

    [Fact]
    public void Refuse_BehindTheEnd_PositionConflict() =>
        Assert.Equal(AppendOutcome.PositionConflict, AppendRule.Refuse(Rows.Leased(), Rows.Append(5), [])?.Outcome);

    [Theory]
    [InlineData(4, null)]
    [InlineData(5, AppendOutcome.CancelRequested)]
    public void RefuseChanges_EndOfTheCurrent_MustHaveSeenItsCancel(long cancel, AppendOutcome? expected)
    {
        var execution = Rows.Row(1);
        execution.LastCancel = cancel;

        Assert.Equal(expected, Refuse(Rows.Leased(), [execution], Rows.Change(1, ExecutionStatus.Completed))?.Outcome);
    }

    [Fact]
    public void RefuseChanges_EndAndNextOpen_Nothing() => Assert.Null(Refuse(
        Rows.Leased(),
        [Rows.Row(1), Rows.Row(2, ExecutionStatus.Pending)],
        Rows.Change(1, ExecutionStatus.Completed),
        Rows.Change(2, ExecutionStatus.Running)));

    [Theory]
    [InlineData(ExecutionStatus.Running, 2L, ExecutionStatus.Running)]
    [InlineData(ExecutionStatus.Completed, 1L, ExecutionStatus.Running)]
    [InlineData(ExecutionStatus.Running, 1L, ExecutionStatus.Pending)]
    public void RefuseChanges_OtherThreadsOrEndedOrBegun_Throws(ExecutionStatus status, long thread, ExecutionStatus to) =>
        Assert.Throws<ArgumentException>(() => Refuse(Rows.Leased(), [Rows.Row(1, status, thread)], Rows.Change(1, to)));

    [Fact]
    public void RefuseChanges_UnknownOrTwiceOrTwoOpen_Throws()
    {
        var running = Rows.Change(1, ExecutionStatus.Running);
        Assert.Throws<ArgumentException>(() => Refuse(Rows.Leased(), [null], running));
        Assert.Throws<ArgumentException>(() => Refuse(Rows.Leased(), [Rows.Row(1), Rows.Row(1)], running, running));
        Assert.Throws<ArgumentException>(() => Refuse(Rows.Leased(), [Rows.Row(2, ExecutionStatus.Pending)], Rows.Change(2, ExecutionStatus.Running)));
    }

    [Fact]
    public void CheckDeliveries_TwiceOrThere_Throws()
    {
        var row = new OutboxRow(Rows.Id(1), "d", Rows.Bytes("o"));
        var other = row with { Delivery = Rows.Id(2) };

        AppendRule.CheckDeliveries(Rows.Append() with { Outbox = [row, other] }, static _ => false);
        Assert.Throws<ArgumentException>(() => AppendRule.CheckDeliveries(Rows.Append() with { Outbox = [row, row] }, static _ => false));
        Assert.Throws<ArgumentException>(() => AppendRule.CheckDeliveries(Rows.Append() with { Outbox = [row, other] }, id => id == other.Delivery));
    }

    [Fact]
    public void Change_OpenAndEnd_MovesTheCurrent()
    {
        var thread = Rows.Leased();

        AppendRule.Change(thread, Rows.Row(2), Rows.Change(2, ExecutionStatus.Completed));
        Assert.Equal(1, thread.Open);
        AppendRule.Change(thread, Rows.Row(1), Rows.Change(1, ExecutionStatus.Completed));
        Assert.Equal((null, null), (thread.Open, thread.Place.Current));
        AppendRule.Change(thread, Rows.Row(2), Rows.Change(2, ExecutionStatus.Interrupted));

        Assert.Equal((2, Rows.Row(2).Rank), (thread.Open, thread.Place.Rank));
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 3)]
    public void Store_Step_ClearsWhatIsHeldAgainstIt(bool isStep, int left)
    {
        var thread = Rows.Leased();
        (thread.Crashes, thread.DiedAlone, thread.Format) = (3, 3, 2);

        AppendRule.Store(thread, Rows.Append() with { IsStep = isStep, SeenSignal = 9 }, Rows.Now);

        Assert.Equal((left, left, 2, 9, Rows.Now), (thread.Crashes, thread.DiedAlone, thread.Format, thread.Seen, thread.UpdatedAt));
    }

    [Fact]
    public void GiveBack_Keep_HoldsOn()
    {
        var thread = Rows.Leased();

        Assert.False(AppendRule.GiveBack(thread, Rows.Append()));
        Assert.True(thread.IsLeased);
    }

    [Theory]
    [InlineData(LeaseChange.Release, true, 1L, 4, true)]
    [InlineData(LeaseChange.Release, false, null, 4, false)]
    [InlineData(LeaseChange.Release, false, 2L, 4, true)]
    [InlineData(LeaseChange.Release, false, null, 3, true)]
    [InlineData(LeaseChange.Sleep, true, 1L, 4, false)]
    [InlineData(LeaseChange.Sleep, true, 1L, 3, true)]
    [InlineData(LeaseChange.Sleep, false, 2L, 4, true)]
    public void GiveBack_ReadyIf(LeaseChange change, bool isOpen, long? current, long seen, bool isReady)
    {
        var thread = Rows.Thread(new ThreadPlace { Holder = Rows.Session, Current = current, IsOpen = isOpen });

        var wakes = AppendRule.GiveBack(thread, Rows.Append() with { Lease = change, SeenSignal = seen, Due = Rows.Now });

        Assert.Equal((isReady, isReady, false), (wakes, thread.Place.Ready, thread.IsLeased));
        Assert.Equal(change == LeaseChange.Sleep && !isReady ? Rows.Now : null, thread.Place.Due);
    }

    [Fact]
    public void GiveBack_Needs_WakesWhoHasThem()
    {
        var thread = Rows.Leased();

        Assert.True(AppendRule.GiveBack(thread, Rows.Append() with { Lease = LeaseChange.Sleep, Needs = ["b", "a"] }));

        Assert.Equal("a\nb", thread.Place.Needs);
        Assert.True(thread.Place.IsLeft);
    }

    private static AppendResult? Refuse(ThreadRow thread, ExecutionRow?[] executions, params ExecutionChange[] changes) =>
        AppendRule.RefuseChanges(thread, Rows.Append() with { Executions = changes }, executions);
}
