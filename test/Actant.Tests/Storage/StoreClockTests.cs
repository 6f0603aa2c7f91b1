using Actant.InMemory;
using Actant.Storage;
using Actant.Testing;

namespace Actant.Tests.Storage;

[Trait("Row", "X10")]
public sealed class StoreClockTests : IAsyncDisposable
{
    private static readonly TimeSpan s_ahead = TimeSpan.FromSeconds(90);

    private readonly ManualTimeProvider _stores = new();
    private readonly WrongTimeProvider _own;
    private readonly InMemoryStore _store;
    private readonly StoreClock _clock;

    public StoreClockTests()
    {
        _own = new WrongTimeProvider(_stores, s_ahead);
        _store = new InMemoryStore(_stores, new SequentialIdGenerator());
        _clock = new StoreClock(_own, _store);
    }

    [Fact]
    public async Task GetUtcNow_OwnClockIsWrong_IsTheStores()
    {
        Assert.Equal(_own.GetUtcNow(), _clock.GetUtcNow());

        await _clock.EnsureAsync(TestContext.Current.CancellationToken);
        _stores.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(_stores.GetUtcNow(), _clock.GetUtcNow());
    }

    [Fact]
    public void Read_AnswerTookItsTime_IsNeverBehindTheStore()
    {
        var sent = _clock.GetTimestamp();
        var at = _stores.GetUtcNow();
        _stores.Advance(TimeSpan.FromSeconds(2));

        _clock.Read(at, sent);

        Assert.Equal(_stores.GetUtcNow(), _clock.GetUtcNow());
    }

    [Fact]
    public void Until_AnswerTookItsTime_WaitsForTheStoreToBeThere()
    {
        var due = _stores.GetUtcNow() + TimeSpan.FromSeconds(10);
        var sent = _clock.GetTimestamp();
        _stores.Advance(TimeSpan.FromSeconds(1));
        _clock.Read(_stores.GetUtcNow(), sent);

        Assert.True(_clock.GetUtcNow() > _stores.GetUtcNow());
        Assert.Equal(due - _stores.GetUtcNow(), _clock.Until(due));
    }

    [Fact]
    public void Read_SlowAfterQuick_TheQuickOneCounts()
    {
        _clock.Read(_stores.GetUtcNow(), _clock.GetTimestamp());
        var sent = _clock.GetTimestamp();
        _stores.Advance(TimeSpan.FromSeconds(2));

        // The store looked at its clock at the end: by this reading alone it could be two seconds later.
        _clock.Read(_stores.GetUtcNow(), sent);

        Assert.InRange(_clock.GetUtcNow() - _stores.GetUtcNow(), TimeSpan.Zero, TimeSpan.FromMilliseconds(2));
    }

    [Theory]
    [InlineData(-3600)]
    [InlineData(3600)]
    public void Read_StoresClockWasSet_IsFollowed(int seconds)
    {
        _clock.Read(_stores.GetUtcNow(), _clock.GetTimestamp());
        _stores.Set(TimeSpan.FromSeconds(seconds));

        _clock.Read(_stores.GetUtcNow(), _clock.GetTimestamp());

        Assert.Equal(_stores.GetUtcNow(), _clock.GetUtcNow());
    }

    [Fact]
    public void GetUtcNow_OwnClockIsSet_DoesNotNotice()
    {
        var own = new ManualTimeProvider(ManualTimeProvider.DefaultStart - s_ahead);
        var clock = new StoreClock(own, _store);
        clock.Read(_stores.GetUtcNow(), clock.GetTimestamp());

        own.Set(TimeSpan.FromHours(-1));
        own.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(_stores.GetUtcNow() + TimeSpan.FromSeconds(5), clock.GetUtcNow());
    }

    [Fact]
    public void Read_ClocksDriftApart_FollowsTheStore()
    {
        var own = new ManualTimeProvider();
        var clock = new StoreClock(own, _store);
        for (var renewal = 0; renewal < 10_000; renewal++)
        {
            clock.Read(_stores.GetUtcNow(), clock.GetTimestamp());
            own.Advance(TimeSpan.FromSeconds(3));
            _stores.Advance(TimeSpan.FromSeconds(3) + TimeSpan.FromMicroseconds(300));
        }

        Assert.InRange(clock.GetUtcNow() - _stores.GetUtcNow(), TimeSpan.FromMilliseconds(-5), TimeSpan.FromMilliseconds(5));
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();
}
