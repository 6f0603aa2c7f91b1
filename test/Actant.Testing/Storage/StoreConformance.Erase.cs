using System.Text;
using Actant.Storage;

namespace Actant.Testing.Storage;

public abstract partial class StoreConformance
{
    private const string Marker = "m4rk3r";

    [Fact]
    [Trait("Row", "X14")]
    public async Task DeleteThread_WithAMarkerInEveryKindOfValue_NothingOfItIsLeft()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        await f.AcceptAsync("stays");
        await PlantAsync(f, session);
        Assert.True(Count(await DumpAsync()) > 15);

        Assert.True(await f.Tenant.DeleteThreadAsync("t", default));
        Assert.True(await f.Tenant.DeleteThreadAsync("fork", default));

        Assert.Equal(0, Count(await DumpAsync()));
        Assert.NotNull(await f.Tenant.GetThreadAsync("stays", default));
        Assert.Empty(await f.Tenant.FindThreadsAsync(Marker, null, 10, default));
    }

    [Fact]
    [Trait("Row", "X14")]
    public async Task Erase_Entries_NothingOfThemIsLeftAndTheRestStands()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        var lease = await f.StartAsync(session, "t");
        var (blob, kept) = (Encoding.UTF8.GetBytes($"{Marker} {new string('b', 100_000)}"), "kept"u8.ToArray());
        await f.Store.WriteBlobAsync(lease.Thread, BlobHash.Of(blob), blob, default);
        await f.Store.WriteBlobAsync(lease.Thread, BlobHash.Of(kept), kept, default);
        await f.Store.WriteSnapshotAsync(lease.Thread, new StoredSnapshot(2, 1, StoreFixture.Bytes($"{Marker} snapshot")), default);
        await f.StoreAsync(f.Append(lease) with { Entries = [f.Entry(null, "first"), f.Entry(null, $"{Marker} {new string('e', 10_000)}"), f.Entry(null, "third")] });
        var request = new EraseRequest
        {
            Thread = "t",
            Expected = 4,
            Bodies = new Dictionary<long, ReadOnlyMemory<byte>> { [3] = StoreFixture.Bytes("gone") },
            Blobs = [BlobHash.Of(blob)],
            Entry = f.Entry(null, "erased"),
            Format = 2,
        };
        Assert.Equal(BranchOutcome.Busy, await f.Tenant.EraseAsync(request, default));
        await f.StoreAsync(f.Append(lease, after: 3) with { Entries = [], Lease = LeaseChange.Sleep, Due = f.Clock.GetUtcNow().AddDays(1) });
        var before = await f.Tenant.GetThreadAsync("t", default);

        Assert.Equal(BranchOutcome.NotFound, await f.Tenant.EraseAsync(request with { Thread = "none" }, default));
        Assert.Equal(BranchOutcome.PositionConflict, await f.Tenant.EraseAsync(request with { Expected = 3 }, default));
        Assert.Equal(BranchOutcome.Stored, await f.Tenant.EraseAsync(request, default));
        Assert.Equal(BranchOutcome.Replayed, await f.Tenant.EraseAsync(request, default));

        Assert.Equal(0, Count(await DumpAsync()));
        var entries = await f.ReadAsync("t");
        Assert.Equal(["first", "gone", "third", "erased"], entries.Skip(1).Select(entry => Encoding.UTF8.GetString(entry.Body.Span)));
        Assert.Equal(kept, await f.Tenant.ReadBlobAsync("t", BlobHash.Of(kept), default));
        Assert.Null(await f.Store.ReadSnapshotAsync(lease.Thread, long.MaxValue, default));
        await f.Store.WriteSnapshotAsync(lease.Thread, new StoredSnapshot(4, 1, StoreFixture.Bytes(Marker)), default);
        Assert.Null(await f.Store.ReadSnapshotAsync(lease.Thread, long.MaxValue, default));
        await f.Store.WriteSnapshotAsync(lease.Thread, new StoredSnapshot(5, 1, StoreFixture.Bytes("new")), default);
        Assert.NotNull(await f.Store.ReadSnapshotAsync(lease.Thread, long.MaxValue, default));
        Assert.True((await f.Tenant.GetThreadAsync("t", default))!.Bytes < before!.Bytes - 100_000);
        Assert.Empty(await f.TakeAsync(session, format: 2));
        await f.SignalAsync("t", f.Signal(SignalKind.Cancel, lease.Current!.Id));
        Assert.Equal(lease.Current.Id, Assert.Single(await f.TakeAsync(session, format: 2)).Current!.Id);
    }

    private static async Task PlantAsync(StoreFixture f, SessionId session)
    {
        var tags = new ExecutionTags
        {
            Labels = new Dictionary<string, string> { ["of"] = $"{Marker} label" },
            Subject = Marker,
            Batch = $"{Marker} batch",
            TraceParent = Marker,
            DeliverTo = [new DeliveryTarget { Url = $"{Marker} target" }],
        };
        var first = f.Submission("t", $"{Marker} key", $"{Marker} input") with { Tags = tags, Held = true };
        await f.SubmitAsync(first);
        await f.Tenant.StartAsync(first.Id, new Principal { UserId = $"{Marker} user" }, default);
        var lease = Assert.Single(await f.TakeAsync(session, only: StoreFixture.Key("t")));
        var blob = Encoding.UTF8.GetBytes($"{Marker} {new string('b', 100_000)}");
        await f.Store.WriteBlobAsync(lease.Thread, BlobHash.Of(blob), blob, default);
        await f.Store.WriteSnapshotAsync(lease.Thread, new StoredSnapshot(1, 1, StoreFixture.Bytes($"{Marker} snapshot")), default);
        await f.StoreAsync(f.Append(lease) with
        {
            Entries = [f.Entry(first.Id, $"{Marker} entry"), f.Entry(null, $"{Marker} {new string('e', 10_000)}")],
            Outbox = [new OutboxRow(f.NextId(), $"{Marker} destination", StoreFixture.Bytes($"{Marker} delivery"))],
        });
        await f.SignalAsync("t", f.Signal(SignalKind.Decision, first.Id, $"{Marker} signal", $"{Marker} answer"));
        var fork = new ForkRequest
        {
            Source = "t",
            Position = 2,
            Target = "fork",
            Entry = f.Entry(null, $"{Marker} forked"),
            Key = new BranchKey($"{Marker} fork", BlobHash.Of("x"u8)),
            Continues = f.Submission("fork") with { Tags = tags, Held = true },
        };
        Assert.Equal(BranchOutcome.Stored, await f.Tenant.ForkAsync(fork, default));
        await f.SubmitAsync(f.Submission("t", $"{Marker} second", $"{Marker} waits"));
        await f.StoreAsync(f.End(lease, after: 2) with
        {
            Executions =
            [
                new ExecutionChange { Execution = first.Id, Status = ExecutionStatus.Failed, Failure = new Failure { Code = "c", Message = $"{Marker} failure" } },
            ],
        });
    }

    /// <summary>How often it is there, as text or as hexadecimal digits.</summary>
    private static int Count(string dump) =>
        dump.Split(Marker).Length + dump.Split(Convert.ToHexStringLower(Encoding.UTF8.GetBytes(Marker))).Length - 2;
}
