using Actant.Storage;
using Actant.Testing;
using Actant.Testing.Storage;
using Npgsql;

namespace Actant.Postgres.Tests;

[Trait("Row", "X1")]
public sealed class OutageTests(PostgresCluster cluster)
{
    private const int Workers = 8;
    private const int AppendsOfEach = 60;
    private static readonly TimeSpan _long = TimeSpan.FromHours(1);

    [Fact]
    public async Task Append_ConnectionsKilled_NothingIsLostAndNothingTwice()
    {
        var options = Named(cluster.NewOptions());
        await using var f = await OpenAsync(options, series: 1);
        var progress = new Progress();
        var work = AppendAsync(f, progress);

        for (var kills = 1; kills <= 6; kills++)
        {
            await progress.ReachedAsync(kills * Workers * AppendsOfEach / 8);
            await cluster.AskAsync<long>(
                $"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = '{options.Schema}'");
        }

        await VerifyAsync(f, await work);
    }

    [Fact]
    public async Task Store_ServerRestartedUnderLoad_KeepsWhatItAcknowledged()
    {
        await using var own = new PostgresCluster();
        await own.InitializeAsync();
        await using var f = await OpenAsync(Named(own.NewOptions()), series: 1);
        var progress = new Progress();
        var work = AppendAsync(f, progress);
        var submitting = Task.WhenAll(Enumerable.Range(0, 4).Select(worker => SubmitAsync(f, worker)));

        for (var restarts = 1; restarts <= 2; restarts++)
        {
            await progress.ReachedAsync(restarts * Workers * AppendsOfEach / 4);
            await own.StopAsync();
            await own.StartAsync();
        }

        await VerifyAsync(f, await work);
        foreach (var accepted in (await submitting).SelectMany(ids => ids))
            Assert.Equal(ExecutionStatus.Pending, (await f.GetAsync(accepted)).Status);
    }

    [Fact]
    public async Task Watch_ListeningConnectionKilled_IsOpenedAgain()
    {
        var options = Named(cluster.NewOptions());
        await using var here = await OpenAsync(options, series: 1);
        await using var there = await OpenAsync(options, series: 2);
        var lease = await there.StartAsync(await there.OpenAsync(_long), "t");
        await using var wakeups = there.Store.WatchAsync(default).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var listeners = $"SELECT coalesce(string_agg(pid::text, ',' ORDER BY pid), '') FROM pg_stat_activity WHERE query = 'LISTEN \"{options.Schema}\"'";

        await here.SignalAsync("t", here.Signal(SignalKind.Stop, null, "one"));
        await HeardAsync();
        var before = await cluster.AskAsync<string>(listeners);
        await cluster.AskAsync<long>($"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query = 'LISTEN \"{options.Schema}\"'");
        await PollAsync(async () => await cluster.AskAsync<string>(listeners) is var now && now.Split(',').Length == 2 && now != before);
        await here.SignalAsync("t", here.Signal(SignalKind.Stop, null, "two"));
        await HeardAsync();

        async Task HeardAsync()
        {
            var wanted = new Wakeup(WakeupKind.Signalled, lease.Thread);
            do
                Assert.True(await wakeups.MoveNextAsync());
            while (wakeups.Current != wanted);
        }
    }

    [Fact]
    public async Task Write_DatabaseAwayForGood_IsUnavailable()
    {
        await using var own = new PostgresCluster();
        await own.InitializeAsync();
        await using var f = await OpenAsync(own.NewOptions() with { RetryFor = TimeSpan.FromMilliseconds(100) }, series: 1);
        await f.AcceptAsync("t");

        await own.StopAsync();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => f.AcceptAsync("u"));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await f.Store.PingAsync(default));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await f.Tenant.GetThreadAsync("t", default));
        await own.StartAsync();

        await PollAsync(async () =>
        {
            try
            {
                await f.Store.PingAsync(default);
                return true;
            }
            catch (StoreUnavailableException)
            {
                return false;
            }
        });
        Assert.NotNull(await f.Tenant.GetThreadAsync("t", default));
    }

    [Fact]
    public async Task Read_DatabaseIsThereAndSilent_IsUnavailableInTime()
    {
        await using var own = new PostgresCluster();
        await own.InitializeAsync();
        await using var f = await OpenAsync(own.NewOptions() with { RetryFor = TimeSpan.FromSeconds(2) }, series: 1);
        await f.AcceptAsync("t");

        await using (await own.PauseAsync())
        {
            await Assert.ThrowsAsync<StoreUnavailableException>(async () => await f.Tenant.GetThreadAsync("t", default).AsTask().WaitAsync(TimeSpan.FromSeconds(20)));
            await Assert.ThrowsAsync<StoreUnavailableException>(() => f.AcceptAsync("u").WaitAsync(TimeSpan.FromSeconds(20)));
        }

        Assert.NotNull(await f.Tenant.GetThreadAsync("t", default));
    }

    [Fact]
    public async Task Session_Expired_EndsByTheDatabasesClock()
    {
        var options = cluster.NewOptions();
        await using var here = await OpenAsync(options, series: 1);
        await using var there = await OpenAsync(options, series: 2);
        var dead = await here.OpenAsync(TimeSpan.FromSeconds(3));
        await here.StartAsync(dead, "t");
        var living = await there.OpenAsync(_long);
        Assert.Empty(await there.TakeAsync(living));

        await PollAsync(async () => (await there.Store.RenewAsync(living, default))!.WorkIsReady);

        Assert.Equal(1, (await there.TakeOneAsync(living)).Crashes);
        Assert.Null(await here.Store.RenewAsync(dead, default));
    }

    private static PostgresStoreOptions Named(PostgresStoreOptions options) => options with
    {
        ConnectionString = new NpgsqlConnectionStringBuilder(options.ConnectionString) { ApplicationName = options.Schema }.ConnectionString,
    };

    private static async Task<StoreFixture> OpenAsync(PostgresStoreOptions options, int series) => new(
        await PostgresStore.OpenAsync(options, TimeProvider.System, new SequentialIdGenerator(series), default), new ManualTimeProvider());

    private static async Task<Guid[][]> AppendAsync(StoreFixture f, Progress progress)
    {
        var session = await f.OpenAsync(_long);
        var leases = new List<TakenThread>();
        for (var worker = 0; worker < Workers; worker++)
            leases.Add(await f.StartAsync(session, $"t{worker}"));
        return await Task.WhenAll(leases.Select(lease => Task.Run(async () =>
        {
            var ids = new Guid[AppendsOfEach];
            for (var i = 0; i < AppendsOfEach; i++)
            {
                var append = f.Append(lease, after: i);
                ids[i] = append.Entries[0].Id;
                Assert.InRange((await f.AppendAsync(append)).Outcome, AppendOutcome.Stored, AppendOutcome.Replayed);
                progress.Add();
            }

            return ids;
        })));
    }

    private static async Task<List<ExecutionId>> SubmitAsync(StoreFixture f, int worker)
    {
        var ids = new List<ExecutionId>();
        for (var i = 0; i < AppendsOfEach; i++)
        {
            var result = await f.SubmitAsync(f.Submission($"s{worker}-{i}", $"k{worker}-{i}"));
            Assert.InRange(result.Outcome, SubmitOutcome.Accepted, SubmitOutcome.Replayed);
            ids.Add(result.Execution!.Id);
        }

        return ids;
    }

    private static async Task VerifyAsync(StoreFixture f, Guid[][] appended)
    {
        for (var worker = 0; worker < Workers; worker++)
            Assert.Equal(appended[worker], (await f.ReadAsync($"t{worker}")).Skip(1).Select(entry => entry.Id));
    }

    private static async Task PollAsync(Func<Task<bool>> condition)
    {
        for (var tries = 0; !await condition(); tries++)
        {
            Assert.True(tries < 600, "It did not happen within a minute.");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    private sealed class Progress
    {
        private readonly Lock _lock = new();
        private readonly List<(int Count, TaskCompletionSource Reached)> _waiting = [];
        private int _count;

        public void Add()
        {
            lock (_lock)
            {
                _count++;
                foreach (var (_, reached) in _waiting.Where(waiting => waiting.Count <= _count))
                    reached.TrySetResult();
            }
        }

        public Task ReachedAsync(int count)
        {
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (_lock)
            {
                _waiting.Add((count, reached));
                if (_count >= count)
                    reached.TrySetResult();
            }

            return reached.Task.WaitAsync(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken);
        }
    }
}
