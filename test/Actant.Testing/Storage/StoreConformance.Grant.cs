using Actant.Storage;

namespace Actant.Testing.Storage;

public abstract partial class StoreConformance
{
    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(64);

    [Fact]
    [Trait("Row", "T7")]
    public async Task TakeGrant_MoreThanIsLeft_GivesTheRestAndSaysWhenTheNextIsFree()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync(TimeSpan.FromHours(1));
        Assert.Equal(2, (await GrantAsync(f, session, wanted: 2)).Count);
        f.Clock.Advance(TimeSpan.FromSeconds(10));

        var rest = await GrantAsync(f, session, wanted: 5);
        var nothing = await GrantAsync(f, session);

        Assert.Equal((1, 0), (rest.Count, nothing.Count));
        Assert.Equal(rest.RetryAfter, nothing.RetryAfter);
        Assert.InRange(rest.RetryAfter, s_window - TimeSpan.FromSeconds(10), s_window - TimeSpan.FromSeconds(9));
        f.Clock.Advance(rest.RetryAfter - TimeSpan.FromMilliseconds(1));
        Assert.Equal(0, (await GrantAsync(f, session)).Count);
        f.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(2, (await GrantAsync(f, session, wanted: 5)).Count);
    }

    [Fact]
    [Trait("Row", "T7")]
    public async Task TakeGrant_OtherTenantsLimitsAndWindows_CountApart()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        Assert.Equal(3, (await GrantAsync(f, session, wanted: 4)).Count);

        Assert.Equal(1, (await GrantAsync(f, session, change: static request => request with { Tenant = new TenantId("acme") })).Count);
        Assert.Equal(1, (await GrantAsync(f, session, change: static request => request with { Limit = BlobHash.Of("other"u8) })).Count);
        Assert.Equal(1, (await GrantAsync(f, session, change: static request => request with { Window = s_window / 2 })).Count);
        Assert.Equal(1, (await GrantAsync(f, session, change: static request => request with { Capacity = 4 })).Count);
        Assert.Equal(0, (await GrantAsync(f, session)).Count);
    }

    [Fact]
    [Trait("Row", "T7")]
    public async Task TakeGrant_TwoNodes_TogetherNeverPassTheCapacityWithinAnyWindow()
    {
        const int Capacity = 40;
        await using var f = await FixtureAsync();
        SessionId[] sessions = [await f.OpenAsync(TimeSpan.FromHours(10)), await f.OpenAsync(TimeSpan.FromHours(10))];
        var (random, given, unspent) = (new Random(7), new List<(DateTimeOffset Last, int Count)>(), new (int Count, long Slice)[2]);
        var spent = 0;
        for (var i = 0; i < 400; i++)
        {
            f.Clock.Advance(TimeSpan.FromMilliseconds(random.Next(0, 3000)));
            var (node, wanted) = (random.Next(2), random.Next(1, 6));
            var (back, slice) = unspent[node];
            var now = f.Clock.GetUtcNow();
            var grant = await GrantAsync(f, sessions[node], wanted, request => request with
            {
                Capacity = Capacity,
                Spare = random.Next(0, 20),
                Unspent = back,
                UnspentSlice = slice,
            });

            // What is over the wanted ones is spent by chance, as late as it may be; the rest comes back.
            var kept = random.Next(0, Math.Max(0, grant.Count - wanted) + 1);
            unspent[node] = (kept, grant.Slice);
            given.Add((now + grant.SpendWithin, grant.Count - kept));
            spent += grant.Count - kept;
            Assert.True(given.Where(earlier => earlier.Last > now - s_window).Sum(static earlier => earlier.Count) <= Capacity, $"Too many at step {i}.");
        }

        Assert.True(spent > 250, $"Only {spent} were given.");
    }

    [Fact]
    [Trait("Row", "T7")]
    public async Task TakeGrant_OneNodeAsks_GetsAllOfIt()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync(TimeSpan.FromHours(1));
        var spent = 0;

        for (var second = 0; second < 65 * 4; second++)
        {
            spent += (await GrantAsync(f, session, wanted: 2, change: static request => request with { Capacity = 100 })).Count;
            f.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(spent, 400, 408);
    }

    [Fact]
    [Trait("Row", "T7")]
    public async Task TakeGrant_SparesComeBack_AreThereForOthers()
    {
        await using var f = await FixtureAsync();
        var (mine, other) = (await f.OpenAsync(), await f.OpenAsync());
        var first = await GrantAsync(f, mine, change: static request => request with { Capacity = 1000, Spare = 500 });
        Assert.InRange(first.Count, 1, 1 + (999 / 16));

        var second = await GrantAsync(f, mine, change: request => request with { Capacity = 1000, Unspent = first.Count - 1, UnspentSlice = first.Slice });
        var rest = await GrantAsync(f, other, wanted: 1000, change: static request => request with { Capacity = 1000 });

        Assert.Equal((1, 998), (second.Count, rest.Count));
    }

    [Fact]
    [Trait("Row", "T7")]
    public async Task TakeGrant_ManyAtOnce_ShareWhatThereIs()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();

        var grants = await Task.WhenAll(Enumerable.Range(1, 16).Select(_ => Task.Run(() => GrantAsync(f, session))));

        Assert.Equal(3, grants.Sum(static grant => grant.Count));
    }

    [Fact]
    [Trait("Row", "T7")]
    public async Task TakeGrant_SessionHasEnded_GivesNothing()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        await f.StartAsync(session, "t");
        if (await f.Store.FindHolderAsync(StoreFixture.Key("t"), default) is null)
            return; // One process owns the store: nobody is there in its place.
        f.Clock.Advance(StoreFixture.SessionLength);

        Assert.Null(await f.Store.TakeGrantAsync(Request(session), default));
        Assert.Equal(3, (await GrantAsync(f, await f.OpenAsync(), wanted: 3)).Count);
    }

    [Fact]
    [Trait("Row", "T7")]
    public async Task TakeGrant_ManyLimitsThatAreForgotten_StartAnew()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync(TimeSpan.FromHours(10));

        for (var i = 0; i < 50; i++)
        {
            var name = BlobHash.Of([(byte)(i % 7)]);
            Assert.Equal(3, (await GrantAsync(f, session, wanted: 3, change: request => request with { Limit = name })).Count);
            f.Clock.Advance(s_window);
        }
    }

    [Theory]
    [InlineData(0, 1, 64)]
    [InlineData(3, 0, 64)]
    [InlineData(3, 1001, 64)]
    [InlineData(3, 1, 0)]
    public async Task TakeGrant_OutOfRange_IsAFaultOfTheCaller(int capacity, int wanted, int seconds)
    {
        await using var f = await FixtureAsync();
        var request = Request(await f.OpenAsync()) with { Capacity = capacity, Wanted = wanted, Window = TimeSpan.FromSeconds(seconds) };

        await Assert.ThrowsAsync<ArgumentException>(async () => await f.Store.TakeGrantAsync(request, default));
    }

    private static GrantRequest Request(SessionId session) => new()
    {
        Session = session,
        Tenant = TenantId.Default,
        Limit = BlobHash.Of("tool"u8),
        Capacity = 3,
        Window = s_window,
        Wanted = 1,
    };

    private static async Task<Grant> GrantAsync(StoreFixture f, SessionId session, int wanted = 1, Func<GrantRequest, GrantRequest>? change = null)
    {
        var request = Request(session) with { Wanted = wanted };
        return await f.Store.TakeGrantAsync(change?.Invoke(request) ?? request, default) ?? throw new InvalidOperationException("The session has ended.");
    }
}
