using Actant.Storage;
using Actant.Testing;
using Actant.Testing.Storage;

namespace Actant.Postgres.Tests;

/// <summary>Two processes on one database.</summary>
public sealed class NodeTests(PostgresCluster cluster)
{
    [Fact]
    public async Task Progressed_OtherProcess_HearsOfItsExecution()
    {
        var (options, clock) = (cluster.NewOptions(), new ManualTimeProvider());
        await using var here = await FixtureAsync(options, clock, 1);
        await using var there = await FixtureAsync(options, clock, 2);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var wakeups = here.Store.WatchAsync(patience.Token);
        var (mine, other) = (await here.OpenAsync(), await there.OpenAsync());
        var execution = (await here.SubmitAsync(here.Submission("t") with { AcceptedBy = mine })).Execution!.Id;

        var lease = await there.TakeOneAsync(other);
        await NextAsync(wakeups, new Wakeup(WakeupKind.Progressed, StoreFixture.Key("t"), execution));
        var more = here.Store.WatchAsync(patience.Token);
        await there.StoreAsync(there.End(lease));

        await NextAsync(more, new Wakeup(WakeupKind.Progressed, StoreFixture.Key("t"), execution));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task EndedSession_MoreIsFreedThanAnswered_OthersAreTold(bool takes)
    {
        var (options, clock) = (cluster.NewOptions(), new ManualTimeProvider());
        await using var here = await FixtureAsync(options, clock, 1);
        await using var there = await FixtureAsync(options, clock, 2);
        var dead = await there.OpenAsync();
        await there.StartAsync(dead, "a");
        await there.StartAsync(dead, "b");
        var living = await here.OpenAsync(TimeSpan.FromHours(1));
        clock.Advance(StoreFixture.SessionLength);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var wakeups = there.Store.WatchAsync(patience.Token);

        if (takes)
            Assert.Single(await here.TakeAsync(living, max: 1));
        else
            Assert.NotNull(await here.Store.RenewAsync(living, default));

        await NextAsync(wakeups, new Wakeup(WakeupKind.WorkIsReady));
    }

    [Fact]
    public async Task Reading_UnknownTenant_LeavesNoRow()
    {
        var options = cluster.NewOptions();
        await using var store = await PostgresStore.OpenAsync(options, TimeProvider.System, new SequentialIdGenerator(), default);
        var tenant = store.For(new TenantId("unknown"));
        var execution = new ExecutionId(Guid.NewGuid());
        var key = new ThreadKey(tenant.Tenant, "t");

        Assert.Null(await tenant.GetExecutionAsync(execution, default));
        Assert.Null(await tenant.GetThreadAsync("t", default));
        Assert.Empty((await tenant.ListExecutionsAsync(new ExecutionFilter(), null, 10, default)).Items);
        Assert.Empty(await tenant.ReadAsync("t", 1, 10, default));
        Assert.False(await tenant.StartAsync(execution, default));
        Assert.False(await tenant.DeleteThreadAsync("t", default));
        Assert.Null(await tenant.Records.ReadAsync("kind", "id", null, default));
        Assert.Null(await store.FindHolderAsync(key, default));
        var signal = new Signal { Kind = SignalKind.Stop, Key = "k", Body = StoreFixture.Bytes("b") };
        Assert.Equal(SignalOutcome.NotFound, (await tenant.SignalAsync("t", [signal], default)).Outcome);
        Assert.Equal(0, await cluster.AskAsync<long>($"SELECT count(*) FROM {options.Schema}.tenants"));

        await tenant.WriteDefinitionAsync(StoreFixture.Definition, StoreFixture.Bytes("definition"), default);

        Assert.Equal(1, await cluster.AskAsync<long>($"SELECT count(*) FROM {options.Schema}.tenants"));
    }

    private static async Task<StoreFixture> FixtureAsync(PostgresStoreOptions options, ManualTimeProvider clock, int series) =>
        new(await PostgresStore.OpenAsync(options, TimeProvider.System, clock, new SequentialIdGenerator(series), default), clock);

    private static async Task NextAsync(IAsyncEnumerable<Wakeup> wakeups, Wakeup expected)
    {
        await foreach (var wakeup in wakeups)
        {
            if (wakeup == expected)
                return;
        }

        Assert.Fail($"Nobody said {expected}.");
    }
}
