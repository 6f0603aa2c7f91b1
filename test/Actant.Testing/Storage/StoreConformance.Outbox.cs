using Actant.Storage;

namespace Actant.Testing.Storage;

public abstract partial class StoreConformance
{
    private static readonly OutboxSettlement _delivered = new(OutboxSettlementKind.Delivered);

    [Fact]
    public async Task Outbox_RowsOfALivingSession_AreItsOwnFirst()
    {
        await using var f = await FixtureAsync();
        var (writer, other) = (await f.OpenAsync(TimeSpan.FromHours(1)), await f.OpenAsync(TimeSpan.FromHours(1)));
        var row = await WriteOutboxAsync(f, writer, "t", "a");

        Assert.Empty(await f.Store.TakeOutboxAsync(other, 10, default));
        var own = Assert.Single(await f.Store.TakeOutboxAsync(writer, 10, default));

        Assert.Equal((row[0].Delivery, "a", 1, StoreFixture.Key("t")), (own.Row.Delivery, own.Row.Destination, own.Attempt, own.Thread));
        Assert.Equal(row[0].Body.ToArray(), own.Row.Body.ToArray());
        Assert.Equal(f.Clock.GetUtcNow(), own.WrittenAt);
        Assert.Empty(await f.Store.TakeOutboxAsync(writer, 10, default));
    }

    [Fact]
    public async Task Outbox_RowsLeftFor30Seconds_AreAnybodys()
    {
        await using var f = await FixtureAsync();
        var (writer, other) = (await f.OpenAsync(TimeSpan.FromHours(1)), await f.OpenAsync(TimeSpan.FromHours(1)));
        await WriteOutboxAsync(f, writer, "t", "a");

        f.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(1, Assert.Single(await f.Store.TakeOutboxAsync(other, 10, default)).Attempt);
        f.Clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Empty(await f.Store.TakeOutboxAsync(writer, 10, default));
        f.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, Assert.Single(await f.Store.TakeOutboxAsync(writer, 10, default)).Attempt);
    }

    [Fact]
    public async Task Outbox_SessionEnded_RowsAreAnybodysAtOnce()
    {
        await using var f = await FixtureAsync();
        var (writer, expiring) = (await f.OpenAsync(TimeSpan.FromHours(1)), await f.OpenAsync());
        await WriteOutboxAsync(f, writer, "t", "a", "b");
        await WriteOutboxAsync(f, expiring, "u", "a");
        Assert.Single(await f.Store.TakeOutboxAsync(writer, 1, default));
        var other = await f.OpenAsync(TimeSpan.FromHours(1));

        await f.Store.EndSessionAsync(writer, default);
        Assert.Equal(2, (await f.Store.TakeOutboxAsync(other, 10, default)).Count);
        f.Clock.Advance(StoreFixture.SessionLength);

        Assert.Equal("u", Assert.Single(await f.Store.TakeOutboxAsync(other, 10, default)).Thread.Thread);
        Assert.Empty(await f.Store.TakeOutboxAsync(writer, 10, default));
    }

    [Fact]
    public async Task Outbox_Lane_GoesInOrderAndWaitsForItsFirst()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync(TimeSpan.FromHours(1));
        var rows = await WriteOutboxAsync(f, session, "t", "a", "a", "b", "a");

        var first = await f.Store.TakeOutboxAsync(session, 10, default);
        await f.Store.SettleOutboxAsync(rows[0].Delivery, _delivered, default);
        await f.Store.SettleOutboxAsync(rows[0].Delivery, _delivered, default);
        var second = await f.Store.TakeOutboxAsync(session, 10, default);
        var retryAt = f.Clock.GetUtcNow().AddSeconds(5);
        await f.Store.SettleOutboxAsync(rows[1].Delivery, new OutboxSettlement(OutboxSettlementKind.Retry, retryAt, "503"), default);
        var waiting = await f.Store.TakeOutboxAsync(session, 10, default);
        f.Clock.AdvanceTo(retryAt);
        var third = await f.Store.TakeOutboxAsync(session, 10, default);
        await f.Store.SettleOutboxAsync(rows[1].Delivery, new OutboxSettlement(OutboxSettlementKind.Dead, Reason: "gone"), default);
        var fourth = await f.Store.TakeOutboxAsync(session, 10, default);

        Assert.Equal([rows[0].Delivery, rows[2].Delivery], first.Select(delivery => delivery.Row.Delivery));
        Assert.Equal(rows[1].Delivery, Assert.Single(second).Row.Delivery);
        Assert.Empty(waiting);
        Assert.Equal((rows[1].Delivery, 2), (third[0].Row.Delivery, third[0].Attempt));
        Assert.Equal(rows[3].Delivery, Assert.Single(fourth).Row.Delivery);
    }

    [Fact]
    public async Task Outbox_SameDestinationOfTwoThreads_AreTwoLanes()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        await WriteOutboxAsync(f, session, "t", "a");
        await WriteOutboxAsync(f, session, "u", "a");

        Assert.Equal(["t"], (await f.Store.TakeOutboxAsync(session, 1, default)).Select(delivery => delivery.Thread.Thread));
        Assert.Equal(["u"], (await f.Store.TakeOutboxAsync(session, 9, default)).Select(delivery => delivery.Thread.Thread));
    }

    [Fact]
    public async Task Outbox_KnownDelivery_RefusesThatAppendAlone()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        var rows = await WriteOutboxAsync(f, session, "t", "a");
        var (good, bad) = (await f.StartAsync(session, "good"), await f.StartAsync(session, "bad"));

        var appended = f.AppendAsync(f.Append(good));
        await Assert.ThrowsAsync<ArgumentException>(() => f.AppendAsync(f.Append(bad) with { Outbox = rows }));

        Assert.Equal(AppendOutcome.Stored, (await appended).Outcome);
        Assert.Single(await f.ReadAsync("bad"));
    }

    private static async Task<OutboxRow[]> WriteOutboxAsync(StoreFixture f, SessionId session, string thread, params string[] destinations)
    {
        var lease = await f.StartAsync(session, thread);
        OutboxRow[] rows = [.. destinations.Select((destination, i) => new OutboxRow(f.NextId(), destination, StoreFixture.Bytes($"{i}\0")))];
        await f.StoreAsync(f.Append(lease) with { Outbox = rows });
        return rows;
    }
}
