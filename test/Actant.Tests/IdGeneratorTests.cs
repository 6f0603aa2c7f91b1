namespace Actant.Tests;

/// <summary>Ids are UUIDs of version 7: the clock's milliseconds, then chance.</summary>
public sealed class IdGeneratorTests
{
    [Fact]
    public void Next_HasTheClocksMillisecondsAndTheMarksOfItsVersion()
    {
        var time = DateTimeOffset.FromUnixTimeMilliseconds(0x0123_4567_89AB);

        var id = new IdGenerator(new FixedTime(time)).Next();

        Assert.StartsWith("01234567-89ab-7", id.ToString("D"), StringComparison.Ordinal);
        Assert.Equal((7, true), (id.Version, id.Variant is >= 8 and <= 11));
    }

    [Fact]
    public void Next_OnManyThreads_IsNeverTheSame()
    {
        var generator = new IdGenerator(new FixedTime(DateTimeOffset.UnixEpoch));
        var ids = new Guid[8][];

        Parallel.For(0, ids.Length, i => ids[i] = [.. Enumerable.Range(0, 5_000).Select(_ => generator.Next())]);

        Assert.Equal(40_000, ids.SelectMany(static some => some).Distinct().Count());
    }

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
