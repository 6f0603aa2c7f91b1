using Actant.Storage;
using Actant.Testing;
using Actant.Testing.Storage;

namespace Actant.Sqlite.Tests;

public sealed class ForkingTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task Fork_LongThread_OtherWritesComeBetweenItsPieces()
    {
        using var folder = new TemporaryFolder();
        await using var f = await OpenAsync(folder);
        await FillAsync(f);
        var writer = ((SqliteStore)f.Store).Writer;
        var others = new List<Task<SubmitResult>>();
        writer.Fault = phase =>
        {
            // Comes while a piece is being committed: it is in the next commit, and so is the next piece at the earliest.
            if (phase == CommitPhase.Before && others.Count < 2)
                others.Add(f.SubmitAsync(f.Submission($"other{others.Count}")));
        };
        var before = writer.Commits;

        var outcome = await f.Tenant.ForkAsync(Fork(f), default);

        Assert.Equal(BranchOutcome.Stored, outcome);
        Assert.InRange(writer.Commits - before, 4, 100);
        Assert.All(await Task.WhenAll(others), result => Assert.Equal(SubmitOutcome.Accepted, result.Outcome));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Fork_DiesHalfWay_IsSeenByNobodyAndRemoved(int pieces)
    {
        using var folder = new TemporaryFolder();
        ForkRequest fork;
        await using (var f = await OpenAsync(folder))
        {
            await FillAsync(f);
            fork = Fork(f);
            var writer = ((SqliteStore)f.Store).Writer;
            var commits = 0;
            writer.Fault = phase =>
            {
                if (phase == CommitPhase.Before && commits++ >= pieces)
                    throw new IOException("dead");
            };
            await Assert.ThrowsAsync<StoreUnavailableException>(async () => await f.Tenant.ForkAsync(fork, default));
            writer.Fault = null;
            Assert.Null(await f.Tenant.GetThreadAsync("fork", default));
            Assert.Single((await f.Tenant.ListThreadsAsync(null, 10, default)).Items);
        }

        await using (await OpenAsync(folder))
        {
        }

        await using var again = await OpenAsync(folder);
        Assert.Equal((1, 3001), (await CountAsync(again, "threads"), await CountAsync(again, "journal")));
        Assert.Equal(BranchOutcome.Stored, await again.Tenant.ForkAsync(fork, default));
        Assert.Equal(BranchOutcome.Replayed, await again.Tenant.ForkAsync(fork, default));
    }

    [Fact]
    public async Task Fork_AnswerOfTheEndIsLost_TheForkStays()
    {
        using var folder = new TemporaryFolder();
        await using var f = await OpenAsync(folder);
        await FillAsync(f);
        var fork = Fork(f);
        var writer = ((SqliteStore)f.Store).Writer;
        var commits = 0;
        writer.Fault = phase =>
        {
            if (phase == CommitPhase.After && ++commits == 4)
                throw new IOException("lost");
        };

        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await f.Tenant.ForkAsync(fork, default));
        writer.Fault = null;

        Assert.Equal(2001, (await f.Tenant.GetThreadAsync("fork", default))!.Position);
        Assert.Equal(BranchOutcome.Replayed, await f.Tenant.ForkAsync(fork, default));
        Assert.Equal(2, await CountAsync(f, "threads"));
    }

    private static ForkRequest Fork(StoreFixture f) => new() { Source = "t", Position = 2000, Target = "fork", Entry = f.Entry() };

    /// <summary>A thread of 3,001 entries, of which a piece takes about 500.</summary>
    private static async Task FillAsync(StoreFixture f)
    {
        var lease = await f.StartAsync(await f.OpenAsync(), "t");
        for (var i = 0; i < 6; i++)
            await f.StoreAsync(f.Append(lease, after: i * 500) with { Entries = [.. Enumerable.Range(0, 500).Select(_ => f.Entry(null, new string('x', 2100)))] });
        await f.StoreAsync(f.Append(lease, after: 3000) with { Entries = [], Lease = LeaseChange.Release });
    }

    private static async Task<long> CountAsync(StoreFixture f, string table) => await ((SqliteStore)f.Store).WriteAsync(
        0,
        scope =>
        {
            using var query = scope.Connection.Use($"SELECT count(*) FROM {table}");
            query.Step();
            return query.Long(0);
        },
        default);

    private async Task<StoreFixture> OpenAsync(TemporaryFolder folder) =>
        new(await SqliteStore.OpenAsync(folder.Options, _clock, new SequentialIdGenerator(), default), _clock);
}
