using System.Text;
using Actant.Access;
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

    private static async Task PlantAsync(StoreFixture f, SessionId session)
    {
        var tags = new ExecutionTags
        {
            Labels = new Dictionary<string, string> { ["of"] = $"{Marker} label" },
            Subject = Marker,
            Batch = $"{Marker} batch",
            TraceParent = Marker,
            DeliverTo = [$"{Marker} target"],
        };
        var first = f.Submission("t", $"{Marker} key", $"{Marker} input") with { Tags = tags, Held = true };
        await f.SubmitAsync(first);
        await f.Tenant.StartAsync(first.Id, new Principal { UserId = $"{Marker} user" }, default);
        var lease = await f.TakeOneAsync(session);
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
