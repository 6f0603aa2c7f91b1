namespace Actant.Tests;

public sealed class BackoffTests
{
    [Fact]
    public void Next_WhileItFails_DoublesUpToTheLongest_AndBeginsAnewOnceItWorked()
    {
        var backoff = new Backoff(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1), new Random(1));

        foreach (var full in (int[])[100, 200, 400, 800, 1000, 1000])
        {
            Assert.InRange(backoff.Next().TotalMilliseconds, full / 2.0, full);
        }

        Assert.Equal(6, backoff.Failures);
        backoff.Reset();
        Assert.InRange(backoff.Next().TotalMilliseconds, 50, 100);
    }

    [Fact]
    public void Doubled_AfterAnyNumberOfFailures_IsInBounds()
    {
        Assert.Equal(TimeSpan.FromDays(300), Backoff.Doubled(TimeSpan.FromDays(200), TimeSpan.FromDays(300), int.MaxValue));
        Assert.Equal(TimeSpan.FromSeconds(1), Backoff.Doubled(TimeSpan.FromSeconds(1), TimeSpan.FromDays(1), 0));
        Assert.Equal(TimeSpan.Zero, Backoff.Doubled(TimeSpan.Zero, TimeSpan.FromDays(1), 9));
    }
}
