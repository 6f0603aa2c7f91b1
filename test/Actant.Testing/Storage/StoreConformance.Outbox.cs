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

        Assert.Empty(await f.Store.TakeOutboxAsync(new OutboxTakeRequest(other, 10), default));
        var own = Assert.Single(await f.Store.TakeOutboxAsync(new OutboxTakeRequest(writer, 10), default));

        Assert.Equal((row[0].Delivery, "a", 1, StoreFixture.Key("t")), (own.Row.Delivery, own.Row.Destination, own.Attempt, own.Thread));
        Assert.Equal(row[0].Body.ToArray(), own.Row.Body.ToArray());
        Assert.Equal(f.Clock.GetUtcNow(), own.WrittenAt);
        Assert.Empty(await f.Store.TakeOutboxAsync(new OutboxTakeRequest(writer, 10), default));
    }

    [Fact]
    public async Task Outbox_RowsLeftFor30Seconds_AreAnybodys()
    {
        await using var f = await FixtureAsync();
        var (writer, other) = (await f.OpenAsync(TimeSpan.FromHours(1)), await f.OpenAsync(TimeSpan.FromHours(1)));
        await WriteOutboxAsync(f, writer, "t", "a");

        f.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(1, Assert.Single(await f.Store.TakeOutboxAsync(new OutboxTakeRequest(other, 10), default)).Attempt);
        f.Clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Empty(await f.Store.TakeOutboxAsync(new OutboxTakeRequest(writer, 10), default));
        f.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, Assert.Single(await f.Store.TakeOutboxAsync(new OutboxTakeRequest(writer, 10), default)).Attempt);
    }

    [Fact]
    public async Task Outbox_SessionEnded_RowsAreAnybodysAtOnce()
    {
        await using var f = await FixtureAsync();
        var (writer, expiring) = (await f.OpenAsync(TimeSpan.FromHours(1)), await f.OpenAsync());
        await WriteOutboxAsync(f, writer, "t", "a", "b");
        await WriteOutboxAsync(f, expiring, "u", "a");
        Assert.Single(await f.Store.TakeOutboxAsync(new OutboxTakeRequest(writer, 1), default));
        var other = await f.OpenAsync(TimeSpan.FromHours(1));

        await f.Store.EndSessionAsync(writer, default);
        Assert.Equal(2, (await f.Store.TakeOutboxAsync(new OutboxTakeRequest(other, 10), default)).Count);
        f.Clock.Advance(StoreFixture.SessionLength);

        Assert.Equal("u", Assert.Single(await f.Store.TakeOutboxAsync(new OutboxTakeRequest(other, 10), default)).Thread.Thread);
        Assert.Empty(await f.Store.TakeOutboxAsync(new OutboxTakeRequest(writer, 10), default));
    }

    [Fact]
    public async Task Outbox_Lane_GoesInOrderAndWaitsForItsFirst()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync(TimeSpan.FromHours(1));
        var rows = await WriteOutboxAsync(f, session, "t", "a", "a", "b", "a");

        var first = await f.Store.TakeOutboxAsync(new OutboxTakeRequest(session, 10), default);
        await f.Store.SettleOutboxAsync(rows[0].Delivery, _delivered, default);
        await f.Store.SettleOutboxAsync(rows[0].Delivery, _delivered, default);
        var second = await f.Store.TakeOutboxAsync(new OutboxTakeRequest(session, 10), default);
        var retryAt = f.Clock.GetUtcNow().AddSeconds(5);
        await f.Store.SettleOutboxAsync(rows[1].Delivery, new OutboxSettlement(OutboxSettlementKind.Retry, retryAt, "503"), default);
        var waiting = await f.Store.TakeOutboxAsync(new OutboxTakeRequest(session, 10), default);
        f.Clock.AdvanceTo(retryAt);
        var third = await f.Store.TakeOutboxAsync(new OutboxTakeRequest(session, 10), default);
        await f.Store.SettleOutboxAsync(rows[1].Delivery, new OutboxSettlement(OutboxSettlementKind.Dead, Reason: "gone"), default);
        var fourth = await f.Store.TakeOutboxAsync(new OutboxTakeRequest(session, 10), default);

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

        Assert.Equal(["t"], (await f.Store.TakeOutboxAsync(new OutboxTakeRequest(session, 1), default)).Select(delivery => delivery.Thread.Thread));
        Assert.Equal(["u"], (await f.Store.TakeOutboxAsync(new OutboxTakeRequest(session, 9), default)).Select(delivery => delivery.Thread.Thread));
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

    [Fact]
    public async Task Outbox_GroupsAndTenantsThatAreLeftOut_CostNothingAndStay()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync(TimeSpan.FromHours(1));
        var rows = await WriteOutboxAsync(f, session, "t", "a", "b", "c");

        var request = new OutboxTakeRequest(session, 10);
        Assert.Empty(await f.Store.TakeOutboxAsync(request with { ExceptTenants = [TenantId.Default] }, default));
        var taken = await f.Store.TakeOutboxAsync(request with { ExceptGroups = ["g a", "g c", "g none"], ExceptTenants = [new TenantId("nobody")] }, default);
        f.Clock.Advance(TimeSpan.FromMinutes(1));
        var due = await f.Store.TakeOutboxAsync(request with { ExceptGroups = ["g c"] }, default);

        Assert.Equal(("b", "g b"), (Assert.Single(taken).Row.Destination, taken[0].Row.Group));
        Assert.Equal([rows[0].Delivery, rows[1].Delivery], due.Select(delivery => delivery.Row.Delivery).Order());
        Assert.Equal([2, 1], due.OrderByDescending(delivery => delivery.Attempt).Select(delivery => delivery.Attempt));
    }

    [Fact]
    public async Task Outbox_Returned_IsAsIfItHadNotBeenTaken()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync(TimeSpan.FromHours(1));
        var row = (await WriteOutboxAsync(f, session, "t", "a"))[0];
        await f.Store.TakeOutboxAsync(new OutboxTakeRequest(session, 10), default);
        await f.Store.SettleOutboxAsync(row.Delivery, new OutboxSettlement(OutboxSettlementKind.Retry, Reason: "503"), default);
        await f.Store.TakeOutboxAsync(new OutboxTakeRequest(session, 10), default);

        var at = f.Clock.GetUtcNow().AddSeconds(3);
        Assert.False(await f.Store.SettleOutboxAsync(row.Delivery, new OutboxSettlement(OutboxSettlementKind.Returned, at), default));
        var listed = Assert.Single((await f.Tenant.ListOutboxAsync(dead: false, null, 10, default)).Items);
        Assert.Empty(await f.Store.TakeOutboxAsync(new OutboxTakeRequest(session, 10), default));
        f.Clock.AdvanceTo(at);

        Assert.Equal((1, "503", at), (listed.Attempts, listed.Reason, listed.Due));
        Assert.Equal(2, Assert.Single(await f.Store.TakeOutboxAsync(new OutboxTakeRequest(session, 10), default)).Attempt);
    }

    [Theory]
    [InlineData(OutboxSettlementKind.Retry)]
    [InlineData(OutboxSettlementKind.Dead)]
    [InlineData(OutboxSettlementKind.Returned)]
    public async Task Outbox_SettledByWhoWasTooSlow_ChangesNothing(OutboxSettlementKind kind)
    {
        await using var f = await FixtureAsync();
        var (slow, other) = (await f.OpenAsync(TimeSpan.FromHours(1)), await f.OpenAsync(TimeSpan.FromHours(1)));
        var row = (await WriteOutboxAsync(f, slow, "t", "a"))[0];
        await f.Store.TakeOutboxAsync(new OutboxTakeRequest(slow, 10), default);
        f.Clock.Advance(StorageLimits.OutboxOwnership);
        Assert.Single(await f.Store.TakeOutboxAsync(new OutboxTakeRequest(other, 10), default));

        await f.Store.SettleOutboxAsync(row.Delivery, new OutboxSettlement(kind, Reason: "late") { Attempt = 1 }, default);

        Assert.Empty(await f.Store.TakeOutboxAsync(new OutboxTakeRequest(slow, 10), default));
        var listed = Assert.Single((await f.Tenant.ListOutboxAsync(dead: false, null, 10, default)).Items);
        Assert.Equal((2, (string?)null), (listed.Attempts, listed.Reason));
        await f.Store.SettleOutboxAsync(row.Delivery, _delivered with { Attempt = 1 }, default);
        Assert.Empty((await f.Tenant.ListOutboxAsync(dead: false, null, 10, default)).Items);
    }

    [Fact]
    public async Task Outbox_Settled_SaysWhetherItsLaneGoesOn()
    {
        await using var f = await FixtureAsync();
        var (writer, other) = (await f.OpenAsync(TimeSpan.FromHours(1)), await f.OpenAsync(TimeSpan.FromHours(1)));
        var rows = await WriteOutboxAsync(f, writer, "t", "a", "b", "a");
        await f.Store.TakeOutboxAsync(new OutboxTakeRequest(writer, 10), default);

        Assert.True(await f.Store.SettleOutboxAsync(rows[0].Delivery, _delivered, default));
        Assert.False(await f.Store.SettleOutboxAsync(rows[0].Delivery, _delivered, default));
        Assert.False(await f.Store.SettleOutboxAsync(rows[1].Delivery, new OutboxSettlement(OutboxSettlementKind.Dead), default));

        // What had to wait is anybody's now.
        Assert.Equal(rows[2].Delivery, Assert.Single(await f.Store.TakeOutboxAsync(new OutboxTakeRequest(other, 10), default)).Row.Delivery);
    }

    [Fact]
    public async Task Outbox_Dead_IsListedAndSentAgainBehindItsLane()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync(TimeSpan.FromHours(1));
        var rows = await WriteOutboxAsync(f, session, "t", "a", "a");
        var written = f.Clock.GetUtcNow();
        var bury = new OutboxSettlement(OutboxSettlementKind.Dead, Reason: "gone");
        await f.Store.TakeOutboxAsync(new OutboxTakeRequest(session, 10), default);
        await f.Store.SettleOutboxAsync(rows[0].Delivery, bury, default);
        f.Clock.Advance(TimeSpan.FromMinutes(50));

        var dead = Assert.Single((await f.Tenant.ListOutboxAsync(dead: true, null, 10, default)).Items);
        Assert.Equal((rows[0].Delivery, "gone", 1, true, written), (dead.Row.Delivery, dead.Reason, dead.Attempts, dead.IsDead, dead.WrittenAt));
        Assert.Equal((StoreFixture.Key("t"), "a", "g a"), (dead.Thread, dead.Row.Destination, dead.Row.Group));
        Assert.False(await f.Store.For(new TenantId("other")).ResendAsync(rows[0].Delivery, default));
        Assert.False(await f.Tenant.ResendAsync(rows[1].Delivery, default));
        Assert.True(await f.Tenant.ResendAsync(rows[0].Delivery, default));
        Assert.False(await f.Tenant.ResendAsync(rows[0].Delivery, default));

        Assert.Equal(rows[1].Delivery, Assert.Single(await f.Store.TakeOutboxAsync(new OutboxTakeRequest(session, 10), default)).Row.Delivery);
        Assert.True(await f.Store.SettleOutboxAsync(rows[1].Delivery, _delivered, default));
        var again = Assert.Single(await f.Store.TakeOutboxAsync(new OutboxTakeRequest(session, 10), default));
        Assert.Equal((rows[0].Delivery, 1, written, f.Clock.GetUtcNow()), (again.Row.Delivery, again.Attempt, again.WrittenAt, again.Since));
        Assert.Equal(rows[0].Body.ToArray(), again.Row.Body.ToArray());
        Assert.Empty((await f.Tenant.ListOutboxAsync(dead: true, null, 10, default)).Items);
    }

    [Fact]
    public async Task Outbox_Lists_ArePagedNewestFirstAndOneTenantsOnly()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync(TimeSpan.FromHours(1));
        var rows = (await WriteOutboxAsync(f, session, "t", "a", "b", "c")).Concat(await WriteOutboxAsync(f, session, "u", "a", "b")).Reverse().ToList();

        var first = await f.Tenant.ListOutboxAsync(dead: false, null, 2, default);
        var second = await f.Tenant.ListOutboxAsync(dead: false, first.Cursor, 2, default);
        var third = await f.Tenant.ListOutboxAsync(dead: false, second.Cursor, 2, default);

        Assert.Equal(rows.Select(row => row.Delivery), first.Items.Concat(second.Items).Concat(third.Items).Select(item => item.Row.Delivery));
        Assert.Null(third.Cursor);
        Assert.Empty((await f.Store.For(new TenantId("other")).ListOutboxAsync(dead: false, null, 10, default)).Items);
        Assert.Empty((await f.Tenant.ListOutboxAsync(dead: true, null, 10, default)).Items);
        await Assert.ThrowsAsync<ArgumentException>(async () => await f.Tenant.ListOutboxAsync(dead: true, "no cursor", 10, default));
    }

    [Fact]
    public async Task Outbox_Heartbeat_SaysWhenTheNextIsDue()
    {
        await using var f = await FixtureAsync();
        var (writer, other) = (await f.OpenAsync(TimeSpan.FromHours(1)), await f.OpenAsync(TimeSpan.FromHours(1)));
        Assert.Null((await f.Store.RenewAsync(other, default))!.NextDelivery);
        var row = (await WriteOutboxAsync(f, writer, "t", "a"))[0];

        var left = (await f.Store.RenewAsync(other, default))!.NextDelivery;
        await f.Store.TakeOutboxAsync(new OutboxTakeRequest(writer, 10), default);
        var at = f.Clock.GetUtcNow().AddHours(2);
        await f.Store.SettleOutboxAsync(row.Delivery, new OutboxSettlement(OutboxSettlementKind.Retry, at), default);
        var later = (await f.Store.RenewAsync(other, default))!.NextDelivery;
        await f.Store.SettleOutboxAsync(row.Delivery, new OutboxSettlement(OutboxSettlementKind.Dead), default);

        Assert.Equal((f.Clock.GetUtcNow() + StorageLimits.OutboxOwnership, at), (left, later));
        Assert.Null((await f.Store.RenewAsync(other, default))!.NextDelivery);
    }

    [Fact]
    public async Task Outbox_ThreadDeleted_TakesItsRowsAlong()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync(TimeSpan.FromHours(1));
        var rows = await WriteOutboxAsync(f, session, "t", "a", "b");
        await f.Store.TakeOutboxAsync(new OutboxTakeRequest(session, 1), default);
        await f.Store.SettleOutboxAsync(rows[0].Delivery, new OutboxSettlement(OutboxSettlementKind.Dead), default);

        await f.Tenant.DeleteThreadAsync("t", default);

        Assert.Empty((await f.Tenant.ListOutboxAsync(dead: true, null, 10, default)).Items);
        Assert.Empty((await f.Tenant.ListOutboxAsync(dead: false, null, 10, default)).Items);
        Assert.False(await f.Tenant.ResendAsync(rows[0].Delivery, default));
        Assert.Null((await f.Store.RenewAsync(session, default))!.NextDelivery);
    }

    private static async Task<OutboxRow[]> WriteOutboxAsync(StoreFixture f, SessionId session, string thread, params string[] destinations)
    {
        var lease = await f.StartAsync(session, thread);
        OutboxRow[] rows = [.. destinations.Select((destination, i) => new OutboxRow(f.NextId(), destination, StoreFixture.Bytes($"{i}\0")) { Group = $"g {destination}" })];
        await f.StoreAsync(f.Append(lease) with { Outbox = rows });
        return rows;
    }
}
