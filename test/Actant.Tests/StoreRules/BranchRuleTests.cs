using Actant.Storage;
using Actant.StoreRules;

namespace Actant.Tests.StoreRules;

public sealed class BranchRuleTests
{
    private static readonly ForkRequest s_fork = new() { Source = "t", Position = 3, Target = "u", Entry = Rows.Entry(9) };
    private static readonly RewindRequest s_rewind = new() { Thread = "t", Expected = 3, Entry = Rows.Entry(9) };
    private static readonly EraseRequest s_erase = new() { Thread = "t", Expected = 3, Entry = Rows.Entry(9), Bodies = new Dictionary<long, ReadOnlyMemory<byte>>() };

    [Fact]
    public void RefuseFork_InOrder()
    {
        Assert.Equal(BranchOutcome.Replayed, BranchRule.RefuseFork(s_fork, null, Rows.Thread(), Rows.Id(9), keyIsKnown: true));
        Assert.Equal(BranchOutcome.KeyKnown, BranchRule.RefuseFork(s_fork, null, Rows.Thread(), Rows.Id(8), keyIsKnown: true));
        Assert.Equal(BranchOutcome.NotFound, BranchRule.RefuseFork(s_fork, null, Rows.Thread(), null, keyIsKnown: false));
        Assert.Equal(BranchOutcome.NotFound, BranchRule.RefuseFork(s_fork with { Position = 4 }, Rows.Thread(), null, null, keyIsKnown: false));
        Assert.Equal(BranchOutcome.TargetExists, BranchRule.RefuseFork(s_fork, Rows.Thread(), Rows.Thread(), null, keyIsKnown: false));
        Assert.Null(BranchRule.RefuseFork(s_fork, Rows.Thread(), null, null, keyIsKnown: false));
    }

    [Fact]
    public void RefuseRewind_InOrder()
    {
        var other = s_rewind with { Expected = 2 };

        Assert.Equal(BranchOutcome.NotFound, BranchRule.RefuseRewind(s_rewind, null, null, keyIsKnown: true, hasPending: false));
        Assert.Equal(BranchOutcome.Replayed, BranchRule.RefuseRewind(s_rewind, Rows.Leased(), Rows.Id(9), keyIsKnown: true, hasPending: true));
        Assert.Equal(BranchOutcome.KeyKnown, BranchRule.RefuseRewind(s_rewind, Rows.Leased(), null, keyIsKnown: true, hasPending: true));
        Assert.Equal(BranchOutcome.Busy, BranchRule.RefuseRewind(other, Rows.Leased(), null, keyIsKnown: false, hasPending: false));
        Assert.Equal(BranchOutcome.Busy, BranchRule.RefuseRewind(other, Rows.Thread(new ThreadPlace { Current = 1, IsOpen = true }), null, keyIsKnown: false, hasPending: false));
        Assert.Equal(BranchOutcome.Busy, BranchRule.RefuseRewind(other, Rows.Thread(), null, keyIsKnown: false, hasPending: true));
        Assert.Equal(BranchOutcome.PositionConflict, BranchRule.RefuseRewind(other, Rows.Thread(), null, keyIsKnown: false, hasPending: false));
        Assert.Null(BranchRule.RefuseRewind(s_rewind, Rows.Thread(), null, keyIsKnown: false, hasPending: false));
    }

    [Fact]
    public void RefuseErase_InOrder()
    {
        Assert.Equal(BranchOutcome.NotFound, BranchRule.RefuseErase(s_erase, null, null));
        Assert.Equal(BranchOutcome.Replayed, BranchRule.RefuseErase(s_erase, Rows.Leased(), Rows.Id(9)));
        Assert.Equal(BranchOutcome.Busy, BranchRule.RefuseErase(s_erase with { Expected = 2 }, Rows.Leased(), null));
        Assert.Equal(BranchOutcome.PositionConflict, BranchRule.RefuseErase(s_erase with { Expected = 2 }, Rows.Thread(), null));
        Assert.Null(BranchRule.RefuseErase(s_erase, Rows.Thread(new ThreadPlace { Current = 1, IsOpen = true }), null));
    }

    [Fact]
    public void RequireNew_Known_Throws() => Assert.Throws<ArgumentException>(() => BranchRule.RequireNew(Rows.Row(1)));

    [Fact]
    public void Intervene_EndsFormerLeasesAndNeverLowersTheFormat()
    {
        var thread = Rows.Thread();
        thread.Format = 2;

        BranchRule.Intervene(thread, format: 1, Rows.Now);

        Assert.Equal((3, 2, Rows.Now), (thread.Epoch, thread.Format, thread.UpdatedAt));
    }
}
