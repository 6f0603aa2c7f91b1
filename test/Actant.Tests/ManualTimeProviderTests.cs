using Actant.Testing;

namespace Actant.Tests;

public sealed class ManualTimeProviderTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void Advance_Timers_FireInOrderAtTheirOwnTime()
    {
        var fired = new List<(string, double)>();
        using var late = _clock.CreateTimer(_ => Note("late"), null, TimeSpan.FromSeconds(2), Timeout.InfiniteTimeSpan);
        using var early = _clock.CreateTimer(_ => Note("early"), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3));

        _clock.Advance(TimeSpan.FromSeconds(4));

        Assert.Equal([("early", 1), ("late", 2), ("early", 4)], fired);
        Assert.Equal(TimeSpan.FromSeconds(4), _clock.GetElapsedTime(0));
        void Note(string name) => fired.Add((name, _clock.GetElapsedTime(0).TotalSeconds));
    }

    [Fact]
    public async Task WhenArmed_DelayStarted_EndsAndTheDelayCanBeFired()
    {
        var armed = _clock.WhenArmedAsync();
        Assert.False(armed.IsCompleted);
        var delay = Task.Delay(TimeSpan.FromMinutes(1), _clock);
        await armed;

        Assert.True(_clock.AdvanceToNextTimer());
        await delay;

        Assert.False(_clock.AdvanceToNextTimer());
        Assert.Equal(0, _clock.ArmedTimers);
    }

    [Fact]
    public void Dispose_ArmedTimer_NeverFires()
    {
        var timer = _clock.CreateTimer(_ => Assert.Fail("fired"), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        timer.Dispose();

        _clock.Advance(TimeSpan.FromSeconds(2));

        Assert.False(timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan));
    }
}
