using Actant.Storage;
using Actant.Testing;

namespace Actant.Tests.Storage;

public sealed class ProcessClockTests
{
    private static readonly TimeSpan s_jump = TimeSpan.FromMinutes(30);

    private readonly ManualTimeProvider _time = new();
    private readonly ProcessClock _clock;

    public ProcessClockTests() => _clock = new ProcessClock(_time);

    [Fact]
    public void Steady_WallClockIsSet_GoesOn()
    {
        var before = _clock.Steady;

        _time.Set(s_jump);
        _time.Set(-2 * s_jump);
        _time.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal(TimeSpan.FromSeconds(3), _clock.Steady - before);
    }

    [Fact]
    public void Now_WallClockIsPutForward_Follows()
    {
        _ = _clock.Now;

        _time.Set(s_jump);

        Assert.Equal(_time.GetUtcNow(), _clock.Now);
    }

    [Fact]
    public void Now_WallClockIsSetBack_GoesOnFromWhereItWas()
    {
        var before = _clock.Now;

        _time.Set(-s_jump);
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(before + TimeSpan.FromSeconds(3), _clock.Now);
        _time.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal(before + TimeSpan.FromSeconds(6), _clock.Now);
    }

    [Fact]
    public void ToWall_AfterAJump_IsAsFarAwayAsItWas()
    {
        var end = _clock.Steady + TimeSpan.FromSeconds(10);

        _time.Set(s_jump);

        Assert.Equal(_time.GetUtcNow() + TimeSpan.FromSeconds(10), _clock.ToWall(end));
    }
}
