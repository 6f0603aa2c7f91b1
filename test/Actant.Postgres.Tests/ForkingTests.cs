using Actant.Storage;
using Actant.Testing;
using Actant.Testing.Storage;

namespace Actant.Postgres.Tests;

public sealed class ForkingTests(PostgresCluster cluster)
{
    [Fact]
    public async Task Fork_ProcessDiesHalfWay_IsSeenByNobodyAndRemovedWhenItIsOld()
    {
        var options = cluster.NewOptions();
        var clock = new ManualTimeProvider();
        await using var f = await OpenAsync(options, clock);
        var lease = await f.StartAsync(await f.OpenAsync(), "t");
        await f.StoreAsync(f.Append(lease));
        var fork = new ForkRequest { Source = "t", Position = 2, Target = "fork", Entry = f.Entry() };
        var (table, functions) = ($"{options.Schema}.threads", FunctionSet.SchemaFor(options.Schema));
        await cluster.AskAsync<int>(
            $"""
            SET search_path = {functions}, {options.Schema};
            SELECT f.outcome FROM journal j, actant_begin_fork('{clock.GetUtcNow():O}', (SELECT tenant FROM threads), 't', 2, 'fork', j.position, j.count, j.entries,
              '{fork.Entry.Id}', NULL, NULL, NULL) f WHERE j.position = 2
            """);
        Assert.Equal(1, await cluster.AskAsync<long>($"SELECT count(*) FROM {table} WHERE name IS NULL"));

        await using (await OpenAsync(options, clock))
            Assert.Equal(1, await cluster.AskAsync<long>($"SELECT count(*) FROM {table} WHERE name IS NULL"));
        Assert.Single((await f.Tenant.ListThreadsAsync(null, 10, default)).Items);
        clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(BranchOutcome.Stored, await f.Tenant.ForkAsync(fork, default));

        Assert.Equal(0, await cluster.AskAsync<long>($"SELECT count(*) FROM {table} WHERE name IS NULL"));
        Assert.Equal(2, await cluster.AskAsync<long>($"SELECT count(*) FROM {table}"));
    }

    private static async Task<StoreFixture> OpenAsync(PostgresStoreOptions options, ManualTimeProvider clock) =>
        new(await PostgresStore.OpenAsync(options, clock, clock, new SequentialIdGenerator(), default), clock);
}
