namespace Actant.DomainActions.Tests;

[Trait("Row", "I5")]
public sealed class ActionTurnsTests
{
    private static readonly Dictionary<string, int> s_weights = new(StringComparer.Ordinal) { ["free"] = 1, ["advance"] = 2, ["enterprise"] = 8 };

    private readonly ActionTurns _turns = new(s_weights);
    private readonly ActionQueue _free = new("free", "free", 1);
    private readonly ActionQueue _advance = new("advance", "advance", 1);
    private readonly ActionQueue _enterprise = new("enterprise", "enterprise", 1);
    private readonly ActionQueue _urgent = new("urgent", "enterprise", 4);

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    public void Share_AllHaveWork_FollowsTheWeights(int room)
    {
        var counts = Counts(() => _turns.Share(room, Waiting(_free, _advance, _enterprise, _urgent), new HashSet<ActionQueue>()), rounds: 2_200 / room);

        var all = counts.Values.Sum();
        Assert.InRange(counts[_free], all / 11.0 * 0.95, all / 11.0 * 1.05);
        Assert.InRange(counts[_advance], all * 2 / 11.0 * 0.95, all * 2 / 11.0 * 1.05);
        Assert.InRange(counts[_urgent] / (double)counts[_enterprise], 3.8, 4.2);
    }

    [Fact]
    public void Share_ComesBackAfterALongWhile_HasNoClaimOnIt()
    {
        Counts(() => _turns.Share(1, Waiting(_free), new HashSet<ActionQueue>()), rounds: 1_000);

        var counts = Counts(() => _turns.Share(1, Waiting(_free, _enterprise), new HashSet<ActionQueue>()), rounds: 90);

        Assert.InRange(counts[_free], 9, 11);
    }

    [Fact]
    public void Share_IsBusyNow_GetsWhatItMissedAfterwards()
    {
        _turns.Share(1, Waiting(_free, _enterprise), new HashSet<ActionQueue>());
        Counts(() => _turns.Share(1, Waiting(_free), new HashSet<ActionQueue> { _enterprise }), rounds: 10);

        var counts = Counts(() => _turns.Share(1, Waiting(_free, _enterprise), new HashSet<ActionQueue>()), rounds: 79);

        Assert.Equal(79, counts[_enterprise]);
    }

    [Fact]
    public void Share_WasBusyForHours_GetsNoMoreThanItsBound()
    {
        _turns.Share(1, Waiting(_free, _advance), new HashSet<ActionQueue>());
        Counts(() => _turns.Share(1, Waiting(_free), new HashSet<ActionQueue> { _advance }), rounds: 1_000);

        var counts = Counts(() => _turns.Share(1, Waiting(_free, _advance), new HashSet<ActionQueue>()), rounds: 60);

        Assert.InRange(counts[_free], 8, 11);
    }

    [Fact]
    public void Share_LessWaitsThanThereIsRoom_TakesAllOfIt()
    {
        var shares = _turns.Share(64, new Dictionary<ActionQueue, long> { [_free] = 3, [_enterprise] = 2 }, new HashSet<ActionQueue>());

        Assert.Equal((3, 2), (shares[_free], shares[_enterprise]));
    }

    [Fact]
    public void GiveBack_WasNotThere_CountsAsNotTaken()
    {
        for (var i = 0; i < 100; i++)
        {
            _turns.GiveBack(_free, _turns.Share(1, Waiting(_free), new HashSet<ActionQueue>())[_free]);
        }

        var counts = Counts(() => _turns.Share(1, Waiting(_free, _advance), new HashSet<ActionQueue>()), rounds: 90);

        Assert.InRange(counts[_free], 29, 31);
    }

    private static Dictionary<ActionQueue, long> Waiting(params ActionQueue[] queues) => queues.ToDictionary(static queue => queue, static _ => 1_000L);

    private static Dictionary<ActionQueue, int> Counts(Func<Dictionary<ActionQueue, int>> share, int rounds)
    {
        var counts = new Dictionary<ActionQueue, int>();
        for (var i = 0; i < rounds; i++)
        {
            foreach (var (queue, count) in share())
            {
                counts[queue] = counts.GetValueOrDefault(queue) + count;
            }
        }

        return counts;
    }
}
