namespace Actant.Tests;

[Trait("Row", "S6")]
public sealed class TenantCacheTests
{
    private const int Each = 100_000;

    private static readonly TenantId s_small = new("small");
    private static readonly TenantId s_large = new("large");

    private readonly TenantCache<int, string> _cache = new(mostBytes: 1_000_000);

    [Fact]
    public void Put_MoreThanThereIsRoomFor_KeepsWhatWasUsedLast()
    {
        Fill(s_large, 0, 9);
        Assert.True(_cache.TryGet(s_large, 0, out _));
        Fill(s_large, 9, 100);

        Assert.InRange(_cache.Bytes, 1, 1_000_000);
        Assert.Equal(9, _cache.Count);
        Assert.Equal(Enumerable.Range(91, 9), Enumerable.Range(0, 100).Where(key => _cache.TryGet(s_large, key, out _)));
    }

    [Fact]
    public void Put_ByOneTenant_PushesOutNothingOfThoseThatHoldLess()
    {
        Fill(s_small, 0, 3);

        Fill(s_large, 0, 1_000);

        Assert.All(Enumerable.Range(0, 3), key => Assert.True(_cache.TryGet(s_small, key, out _)));
        Assert.Equal(9, _cache.Count);
    }

    [Fact]
    public void Put_ByTheTenantThatHeldLess_GetsItsShareOfWhatAnotherHolds()
    {
        Fill(s_large, 0, 100);

        Fill(s_small, 0, 100);

        Assert.InRange(Enumerable.Range(0, 100).Count(key => _cache.TryGet(s_small, key, out _)), 4, 5);
        Assert.Equal(9, _cache.Count);
    }

    [Fact]
    public void Put_TiniestEntries_AreBoundedInNumber()
    {
        for (var i = 0; i < 10_000; i++)
            _cache.Put(s_large, i, "", 0);

        Assert.Equal(1_000_000 / TenantCache<int, string>.Overhead, _cache.Count);
    }

    [Fact]
    public void Put_LargerThanAllMayBe_IsNotKept()
    {
        Fill(s_large, 0, 2);

        _cache.Put(s_large, 1, "", 1_000_001);

        Assert.True(_cache.TryGet(s_large, 0, out _));
        Assert.False(_cache.TryGet(s_large, 1, out _));
    }

    [Fact]
    public void TryTake_OfAllThatIsKept_LeavesNothing()
    {
        Fill(s_large, 0, 2);
        _cache.Put(s_large, 0, "other", 7);

        Assert.True(_cache.TryTake(s_large, 0, out var value));
        Assert.True(_cache.TryTake(s_large, 1, out _));

        Assert.Equal("other", value);
        Assert.False(_cache.TryTake(s_large, 0, out _));
        Assert.Equal((0, 0L), (_cache.Count, _cache.Bytes));
    }

    private void Fill(TenantId tenant, int from, int to)
    {
        for (var i = from; i < to; i++)
            _cache.Put(tenant, i, "", Each);
    }
}
