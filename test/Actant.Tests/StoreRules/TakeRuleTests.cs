using Actant.Storage;
using Actant.StoreRules;

namespace Actant.Tests.StoreRules;

public sealed class TakeRuleTests
{
    [Fact]
    public void Lease_AfterALostOne_CountsACrashAndOpensTheCurrent()
    {
        var thread = Rows.Thread(new ThreadPlace { Lost = true, Ready = true, Needs = "a", Current = 1, Rank = 5 });
        (thread.Crashes, thread.SignalNumber) = (1, 6);

        TakeRule.Lease(thread, Rows.Session, Rows.Now);

        Assert.Equal(new ThreadPlace { Holder = Rows.Session, Current = 1, IsOpen = true, Rank = 5 }, thread.Place);
        Assert.Equal((2, 3, 6, Rows.Now), (thread.Crashes, thread.Epoch, thread.Seen, thread.UpdatedAt));
    }

    [Fact]
    public void Lease_NothingToRun_OpensNothing()
    {
        var thread = Rows.Thread(new ThreadPlace { Ready = true });

        TakeRule.Lease(thread, Rows.Session, Rows.Now);

        Assert.Equal(new ThreadPlace { Holder = Rows.Session }, thread.Place);
        Assert.Equal(0, thread.Crashes);
    }

    [Fact]
    public void IsOffered_ReadyThreadsOfKnownFormats()
    {
        var thread = Rows.Thread(new ThreadPlace { Ready = true });
        thread.Format = 2;

        Assert.True(TakeRule.IsOffered(thread, Rows.Take(format: 2)));
        Assert.False(TakeRule.IsOffered(thread, Rows.Take(format: 1)));
        Assert.False(TakeRule.IsOffered(Rows.Thread(), Rows.Take()));
    }

    [Fact]
    public void PassesCap_UnseenCancel()
    {
        var current = Rows.Row(1);
        current.LastCancel = 4;
        Assert.False(TakeRule.PassesCap(Rows.Thread(), current));

        current.LastCancel = 5;

        Assert.True(TakeRule.PassesCap(Rows.Thread(), current));
        Assert.False(TakeRule.PassesCap(Rows.Thread(), null));
    }

    [Theory]
    [InlineData(0, 0, null, false)]
    [InlineData(2, 0, null, true)]
    [InlineData(0, 1, null, true)]
    [InlineData(0, 0, 0, true)]
    [InlineData(0, 0, 1, false)]
    public void OnlyEnds_DiedTooOftenOrCancelledOrPastItsDeadline(int deaths, long cancel, int? deadline, bool expected)
    {
        var (thread, current) = (Rows.Thread(), Rows.Row(1));
        thread.DiedAlone = deaths;
        current.LastCancel = cancel;
        current.Record = current.Record with { Deadline = deadline is { } seconds ? Rows.Now.AddSeconds(seconds) : null };

        Assert.Equal(expected, TakeRule.OnlyEnds(thread, current, Rows.Take(maxDeaths: 2), Rows.Now));
    }

    [Fact]
    public void Quarantined_GroupIsFull_NonePassesButWhoOnlyEnds()
    {
        ThreadRow[] waiting = [Suspect(2), Suspect(4), Suspect(2), Suspect(5)];

        var (chosen, capped) = TakeRule.Quarantined(waiting, 10, new QuarantineGroup([]), static _ => 10, thread => thread == waiting[3]);

        Assert.Equal([waiting[0], waiting[3]], chosen);
        Assert.Empty(capped);
    }

    [Fact]
    public void Quarantined_NoRoomOrEnough_Stops()
    {
        ThreadRow[] waiting = [Suspect(2), Suspect(2), Suspect(2)];

        var (one, capped) = TakeRule.Quarantined(waiting, 10, new QuarantineGroup([]), static _ => 1, static _ => false);
        var (two, _) = TakeRule.Quarantined(waiting, 2, new QuarantineGroup([]), static _ => 10, static _ => false);

        Assert.Equal(waiting[..1], one);
        Assert.Equal([TenantId.Default, TenantId.Default], capped);
        Assert.Equal(waiting[..2], two);
    }

    [Theory]
    [InlineData(3, 1, 2)]
    [InlineData(3, 5, 0)]
    public void Room_NeverBelowNothing(int max, long running, int expected) => Assert.Equal(expected, TakeRule.Room(max, running));

    private static ThreadRow Suspect(int crashes)
    {
        var thread = Rows.Thread(new ThreadPlace { Ready = true });
        thread.Crashes = crashes;
        return thread;
    }
}
