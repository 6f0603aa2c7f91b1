using Actant.Storage;

namespace Actant.Testing.Storage;

public abstract partial class StoreConformance
{
    [Fact]
    [Trait("Row", "S6")]
    public async Task Measure_EverythingThatIsStored_IsCountedForItsTenantAlone()
    {
        await using var f = await FixtureAsync();
        var other = f.Store.For(new TenantId("other"));
        await other.WriteDefinitionAsync(BlobHash.Of("theirs"u8), StoreFixture.Bytes("theirs"), default);
        Assert.Equal(0, (await f.Tenant.MeasureAsync(default)).Total);

        var session = await f.OpenAsync();
        var lease = await f.StartAsync(session, "t");
        var before = await f.Tenant.MeasureAsync(default);
        await f.SignalAsync("t", f.Signal(SignalKind.Stop, null, body: new string('s', 100)));
        await f.SubmitAsync(f.Submission("held", input: new string('i', 2_000)) with { Held = true });
        var blob = new byte[5_000];
        await f.Store.WriteBlobAsync(lease.Thread, BlobHash.Of(blob), blob, default);
        await f.Store.WriteSnapshotAsync(lease.Thread, new StoredSnapshot(1, 1, new byte[300]), default);
        await f.StoreAsync(f.Append(lease) with { Outbox = [new OutboxRow(f.NextId(), "to", new byte[70])] });
        await f.Tenant.WriteDefinitionAsync(BlobHash.Of("mine"u8), StoreFixture.Bytes("mine"), default);
        await f.Tenant.Records.WriteAsync(new RecordWrite { Kind = "agent", Id = "a", Name = "a", ExpectedVersion = 0, Body = new byte[40] }, default);
        await f.Tenant.Records.WriteAsync(new RecordWrite { Kind = "agent", Id = "a", Name = "a", ExpectedVersion = 1, Body = new byte[40] }, default);

        var stored = await f.Tenant.MeasureAsync(default);

        Assert.Equal("entry".Length + 5_000 + 300, stored.Threads - before.Threads);
        Assert.Equal(100 + 2_000, stored.Inboxes - before.Inboxes);
        Assert.Equal((70, 4 + 80), (stored.Outbox, stored.Definitions));
        Assert.Equal(stored.Threads + stored.Inboxes + stored.Outbox + stored.Definitions, stored.Total);
        Assert.Equal("theirs".Length, (await other.MeasureAsync(default)).Total);
    }

    [Fact]
    [Trait("Row", "S6")]
    public async Task Measure_WhatWasDeletedOrConsumed_CountsNoMore()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        var lease = await f.StartAsync(session, "t");
        await f.SubmitAsync(f.Submission("held", input: new string('i', 2_000)) with { Held = true });
        Assert.True((await f.Tenant.MeasureAsync(default)).Inboxes > 2_000);

        await f.StoreAsync(f.Append(lease) with { Consumed = [1] });
        await f.Tenant.DeleteThreadAsync("held", default);

        Assert.Equal(0, (await f.Tenant.MeasureAsync(default)).Inboxes);
        await f.Tenant.DeleteThreadAsync("t", default);
        Assert.Equal(0, (await f.Tenant.MeasureAsync(default)).Total);
    }
}
