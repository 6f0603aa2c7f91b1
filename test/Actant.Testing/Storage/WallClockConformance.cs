using Actant.Storage;

namespace Actant.Testing.Storage;

/// <summary>What a store must do that one process owns: its sessions know nothing of the wall clock.</summary>
public abstract class WallClockConformance
{
    private static readonly TimeSpan s_jump = TimeSpan.FromMinutes(30);

    /// <summary>Opens an empty store on this clock.</summary>
    protected abstract Task<IActantStore> OpenStoreAsync(TimeProvider clock, IdGenerator ids);

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task Session_WallClockIsSet_LivesAsLongAsItWould(int direction)
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        var lease = await f.StartAsync(session, "t");

        f.Clock.Set(direction * s_jump);
        var other = await f.OpenAsync();
        Assert.Empty(await f.TakeAsync(other));
        Assert.NotNull(await f.Store.RenewAsync(session, TestContext.Current.CancellationToken));
        await f.StoreAsync(f.Append(lease));
        f.Clock.Advance(StoreFixture.SessionLength);

        Assert.Null(await f.Store.RenewAsync(session, TestContext.Current.CancellationToken));
        Assert.Equal(1, (await f.TakeOneAsync(await f.OpenAsync())).Crashes);
    }

    [Fact]
    public async Task Sleep_WallClockIsSetBack_WakesAfterItsTime()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync(TimeSpan.FromHours(1));
        var lease = await f.StartAsync(session, "t");
        await f.StoreAsync(f.Append(lease) with { Lease = LeaseChange.Sleep, Due = f.Clock.GetUtcNow().AddSeconds(60) });

        f.Clock.Set(-s_jump);
        f.Clock.Advance(TimeSpan.FromSeconds(60));

        Assert.Single(await f.TakeAsync(session));
    }

    private async Task<StoreFixture> FixtureAsync()
    {
        var clock = new ManualTimeProvider();
        return new StoreFixture(await OpenStoreAsync(clock, new SequentialIdGenerator()), clock);
    }
}
