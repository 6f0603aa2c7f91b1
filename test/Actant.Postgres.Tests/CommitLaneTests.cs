using Actant.Storage;
using Actant.Testing;
using Actant.Testing.Storage;
using Npgsql;

namespace Actant.Postgres.Tests;

public sealed class CommitLaneTests(PostgresCluster cluster)
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task Write_WhileACommitIsUnderWay_IsCommittedTogether()
    {
        var (f, lane, _) = await OpenAsync();
        await using var fixture = f;
        var leases = await StartAsync(f, 64);
        using var inCommit = new SemaphoreSlim(0);
        using var goOn = new SemaphoreSlim(0);
        lane.AfterCommit = () =>
        {
            lane.AfterCommit = null;
            inCommit.Release();
            Assert.True(goOn.Wait(TimeSpan.FromSeconds(60)));
        };
        var before = lane.Commits;

        var first = f.AppendAsync(f.Append(leases[0]));
        await inCommit.WaitAsync(TestContext.Current.CancellationToken);
        var others = leases.Skip(1).Select(lease => f.AppendAsync(f.Append(lease))).ToArray();
        goOn.Release();

        Assert.Equal(AppendOutcome.Stored, (await first).Outcome);
        Assert.All(await Task.WhenAll(others), result => Assert.Equal(AppendOutcome.Stored, result.Outcome));
        Assert.Equal(2, lane.Commits - before);
    }

    [Fact]
    public async Task Write_AnswerLost_IsSentAgainAndRecognised()
    {
        var (f, lane, _) = await OpenAsync();
        await using var fixture = f;
        var lease = Assert.Single(await StartAsync(f, 1));
        var submission = f.Submission("new", "key");

        LoseOneAnswer(lane);
        Assert.Equal(AppendOutcome.Replayed, (await f.AppendAsync(f.Append(lease))).Outcome);
        LoseOneAnswer(lane);
        Assert.Equal(SubmitOutcome.Replayed, (await f.SubmitAsync(submission)).Outcome);
        LoseOneAnswer(lane);
        Assert.Equal(SignalOutcome.Replayed, (await f.SignalAsync("new", f.Signal(SignalKind.Stop, null))).Outcome);

        Assert.Equal(2, (await f.ReadAsync("t0")).Count);
        Assert.Equal(2, (await f.ReadInboxAsync("new")).Count);
    }

    [Fact]
    public async Task Write_OneThatTheDatabaseRefuses_FailsAlone()
    {
        var (f, lane, schema) = await OpenAsync();
        await using var fixture = f;
        var leases = await StartAsync(f, 9);
        await cluster.AskAsync<int>(
            $"""
            CREATE FUNCTION {schema}.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '22000'; END $$;
            CREATE TRIGGER refuse BEFORE INSERT ON {schema}.journal FOR EACH ROW WHEN (substring(NEW.entries FROM 37) = '\x626164') EXECUTE FUNCTION {schema}.refuse();
            SELECT 1
            """);

        var appends = leases.Select((lease, i) => f.AppendAsync(f.Append(lease) with { Entries = [f.Entry(body: i == 5 ? "bad" : "good")] })).ToArray();

        for (var i = 0; i < appends.Length; i++)
        {
            if (i == 5)
                await Assert.ThrowsAsync<ArgumentException>(() => appends[5]);
            else
                Assert.Equal(AppendOutcome.Stored, (await appends[i]).Outcome);
        }
    }

    [Fact]
    public async Task Append_SameThreadTwiceAtOnce_IsStoredOnce()
    {
        var (f, _, _) = await OpenAsync();
        await using var fixture = f;
        var lease = Assert.Single(await StartAsync(f, 1));
        var append = f.Append(lease);

        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => f.AppendAsync(append)));

        Assert.Single(results, result => result.Outcome == AppendOutcome.Stored);
        Assert.Equal(19, results.Count(result => result.Outcome == AppendOutcome.Replayed));
        Assert.Equal(2, (await f.ReadAsync("t0")).Count);
    }

    private static void LoseOneAnswer(CommitLane lane) => lane.AfterCommit = () =>
    {
        lane.AfterCommit = null;
        throw new NpgsqlException("The answer was lost.", new IOException());
    };

    private static async Task<IReadOnlyList<TakenThread>> StartAsync(StoreFixture f, int count)
    {
        await f.Tenant.SubmitAsync([.. Enumerable.Range(0, count).Select(i => f.Submission($"t{i}"))], default);
        return await f.TakeAsync(await f.OpenAsync(), count);
    }

    private async Task<(StoreFixture Fixture, CommitLane Lane, string Schema)> OpenAsync()
    {
        var options = cluster.NewOptions() with { Lanes = 1 };
        var store = await PostgresStore.OpenAsync(options, TimeProvider.System, _clock, new SequentialIdGenerator(), default);
        return (new StoreFixture(store, _clock), store.Lanes[0], options.Schema);
    }
}
