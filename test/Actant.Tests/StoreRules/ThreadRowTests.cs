using Actant.Storage;
using Actant.StoreRules;

namespace Actant.Tests.StoreRules;

public sealed class ThreadRowTests
{
    [Fact]
    public void Announce_Leased_OnlyTheHolderHears()
    {
        var thread = Rows.Leased();

        Assert.False(thread.Announce(Rows.Now));

        Assert.False(thread.Place.Ready);
        Assert.Equal(Rows.Now, thread.UpdatedAt);
    }

    [Fact]
    public void Announce_Asleep_IsReadyAndNotDueAnyMore()
    {
        var thread = Rows.Thread(new ThreadPlace { Due = Rows.Now });

        Assert.True(thread.Announce(Rows.Now));

        Assert.Equal(new ThreadPlace { Ready = true }, thread.Place);
    }

    [Theory]
    [InlineData(null, false, false, false, 2L)]
    [InlineData(null, false, false, true, null)]
    [InlineData(1L, false, false, false, 1L)]
    [InlineData(1L, false, true, false, 2L)]
    [InlineData(1L, false, true, true, 1L)]
    [InlineData(1L, true, true, false, 1L)]
    public void AddExecution_CurrentIs(long? current, bool isOpen, bool goesAhead, bool held, long? expected)
    {
        var thread = Rows.Thread(new ThreadPlace { Current = current, IsOpen = isOpen });
        var execution = Rows.Row(2, ExecutionStatus.Pending);
        execution.Record = execution.Record with { Held = held };

        thread.AddExecution(execution, goesAhead);

        Assert.Equal(expected, thread.Place.Current);
        Assert.Equal(expected == 2 ? execution.Rank : 0, thread.Place.Rank);
    }

    [Fact]
    public void AddSignal_InputOrOther_OnlyTheOtherPutsItBeforeNewWork()
    {
        var thread = Rows.Thread();

        thread.AddSignal(SignalKind.Input);
        Assert.False(thread.SettlePlace());
        thread.AddSignal(SignalKind.Cancel);

        Assert.True(thread.SettlePlace());
        Assert.False(thread.Place.IsNew);
        Assert.Equal(6, thread.SignalNumber);
    }

    [Fact]
    public void Choose_None_HasNoRank()
    {
        var thread = Rows.Thread(new ThreadPlace { Current = 1, Rank = 5 });

        thread.Choose(next: null);

        Assert.Equal(ThreadPlace.Idle, thread.Place);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Freed_Session_ThreadIsReadyAndCountsALoss(bool lost)
    {
        var thread = Rows.Leased();

        thread.Place = thread.Place.Freed(lost);

        Assert.Equal(new ThreadPlace { Current = 1, IsOpen = true, Ready = true, Lost = lost }, thread.Place);
        Assert.Equal(lost ? 1 : 0, thread.NextCrashes);
    }
}
