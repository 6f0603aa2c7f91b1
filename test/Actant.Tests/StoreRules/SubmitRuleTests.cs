using Actant.Storage;
using Actant.StoreRules;

namespace Actant.Tests.StoreRules;

public sealed class SubmitRuleTests
{
    private static readonly BlobHash s_hash = BlobHash.Of("asked"u8);

    [Fact]
    public void Recognise_Fingerprint_TellsReplayFromConflict()
    {
        var submission = Rows.Submission() with { Fingerprint = s_hash };

        Assert.Equal(SubmitOutcome.Replayed, SubmitRule.Recognise(Rows.Row(2, fingerprint: s_hash), submission));
        Assert.Equal(SubmitOutcome.KeyConflict, SubmitRule.Recognise(Rows.Row(2), submission));
    }

    [Fact]
    public void MayLeaseAgain_OnlyTheVerySameCall()
    {
        var submission = Rows.Submission() with { Fingerprint = s_hash, LeaseTo = Rows.Take() };

        Assert.True(SubmitRule.MayLeaseAgain(Rows.Row(2, fingerprint: s_hash), submission));
        Assert.False(SubmitRule.MayLeaseAgain(Rows.Row(3, fingerprint: s_hash), submission));
        Assert.False(SubmitRule.MayLeaseAgain(Rows.Row(2), submission));
        Assert.False(SubmitRule.MayLeaseAgain(Rows.Row(2, fingerprint: s_hash), submission with { LeaseTo = null }));
    }

    [Theory]
    [InlineData(2, 1L, true)]
    [InlineData(2, null, true)]
    [InlineData(2, 2L, false)]
    [InlineData(1, 1L, false)]
    public void LeaseAgain_NothingAppendedSince(long epoch, long? before, bool isLeased)
    {
        var last = new StoredEntry(3, Rows.Id(3), null, epoch, Rows.Bytes("taken"));

        Assert.Equal(isLeased, SubmitRule.LeaseAgain(Rows.Leased(), Rows.Row(1), last, before) is { Epoch: 2, SignalNumber: 4 });
        Assert.Null(SubmitRule.LeaseAgain(Rows.Leased(), Rows.Row(2), last, before));
        Assert.Null(SubmitRule.LeaseAgain(Rows.Leased(), Rows.Row(1), last with { Execution = Rows.Execution(1) }, before));
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(BusyStrategy.Reject, true)]
    [InlineData(BusyStrategy.Enqueue, false)]
    [InlineData(BusyStrategy.Interrupt, false)]
    public void AsksForCurrent_OnlyOfABusyThread(BusyStrategy? whenBusy, bool asks)
    {
        Assert.Equal(asks, SubmitRule.AsksForCurrent(Rows.Leased(), Rows.Submission(whenBusy)));
        Assert.False(SubmitRule.AsksForCurrent(Rows.Thread(), Rows.Submission(whenBusy)));
        Assert.False(SubmitRule.AsksForCurrent(null, Rows.Submission(whenBusy)));
    }

    [Theory]
    [InlineData(BusyStrategy.Reject, ExecutionStatus.Running, SubmitOutcome.Busy)]
    [InlineData(BusyStrategy.Reject, ExecutionStatus.Interrupted, SubmitOutcome.Busy)]
    [InlineData(null, ExecutionStatus.Interrupted, SubmitOutcome.ThreadInterrupted)]
    [InlineData(null, ExecutionStatus.Running, null)]
    [InlineData(BusyStrategy.Enqueue, ExecutionStatus.Interrupted, null)]
    [InlineData(BusyStrategy.Rollback, ExecutionStatus.Running, null)]
    public void Refuse_ByStrategy(BusyStrategy? whenBusy, ExecutionStatus current, SubmitOutcome? expected) =>
        Assert.Equal(expected, SubmitRule.Refuse(Rows.Submission(whenBusy), Rows.Row(1, current).Record));

    [Theory]
    [InlineData(BusyStrategy.Interrupt, true)]
    [InlineData(BusyStrategy.Rollback, true)]
    [InlineData(BusyStrategy.Enqueue, false)]
    [InlineData(null, false)]
    public void Displaces_OnlyAnOpenExecution(BusyStrategy? whenBusy, bool displaces)
    {
        Assert.Equal(displaces, SubmitRule.Displaces(Rows.Leased(), Rows.Submission(whenBusy)));
        Assert.False(SubmitRule.Displaces(Rows.Thread(new ThreadPlace { Current = 1 }), Rows.Submission(whenBusy)));
    }

    [Fact]
    public void MayLease_FormatsThatAreKnown()
    {
        var thread = Rows.Thread();
        thread.Format = 2;

        Assert.False(SubmitRule.MayLease(thread, Rows.Submission()));
        Assert.False(SubmitRule.MayLease(thread, Rows.Submission() with { LeaseTo = Rows.Take(format: 1) }));
        Assert.True(SubmitRule.MayLease(thread, Rows.Submission() with { LeaseTo = Rows.Take(format: 2) }));
    }

    [Fact]
    public void StartsThread_IdleThreadAndPendingExecution()
    {
        var pending = Rows.Row(1, ExecutionStatus.Pending);

        Assert.True(SubmitRule.StartsThread(Rows.Thread(), pending));
        Assert.False(SubmitRule.StartsThread(Rows.Leased(), pending));
        Assert.False(SubmitRule.StartsThread(Rows.Thread(new ThreadPlace { Current = 2, IsOpen = true }), pending));
        Assert.False(SubmitRule.StartsThread(Rows.Thread(), Rows.Row(1, ExecutionStatus.Cancelled)));
    }
}
