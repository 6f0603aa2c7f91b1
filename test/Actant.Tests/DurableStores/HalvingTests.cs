using Actant.DurableStores;

namespace Actant.Tests.DurableStores;

public sealed class HalvingTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(7, 3)]
    [InlineData(100, 42)]
    public void TryHalve_OneIsBad_ItStandsAloneAndAllOthersAreCommittedInOrder(int count, int bad)
    {
        var (committed, refused, tries) = (new List<int>(), new List<int>(), 0);

        var halving = new Halving(count);
        while (halving.MoveNext())
        {
            tries++;
            var part = Enumerable.Range(halving.Start, halving.Count).ToList();
            if (!part.Contains(bad))
                committed.AddRange(part);
            else if (!halving.TryHalve())
                refused.AddRange(part);
        }

        Assert.Equal([bad], refused);
        Assert.Equal(Enumerable.Range(0, count).Where(number => number != bad), committed);
        Assert.InRange(tries, 1, 1 + (2 * (int)Math.Ceiling(Math.Log2(count))));
    }

    [Fact]
    public void MoveNext_NothingFails_IsTheWholeOnce()
    {
        var halving = new Halving(5);

        Assert.True(halving.MoveNext());
        Assert.Equal((0, 5), (halving.Start, halving.Count));
        Assert.False(halving.MoveNext());
    }

    [Fact]
    public void MoveNext_EmptyBatch_IsNothing()
    {
        var halving = new Halving(0);

        Assert.False(halving.MoveNext());
    }
}
