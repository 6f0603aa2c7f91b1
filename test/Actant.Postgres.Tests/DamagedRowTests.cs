using Actant.Testing;
using Actant.Testing.Storage;

namespace Actant.Postgres.Tests;

/// <summary>A row that somebody else wrote harms its own thread alone.</summary>
[Trait("Row", "X6")]
public sealed class DamagedRowTests(PostgresCluster cluster)
{
    [Theory]
    [InlineData("failure = '{no'")]
    [InlineData("failure = '', tags = '\\xff', started_by = '[]'")]
    public async Task Any_RowOfAnExecutionIsDamaged_OthersComeThroughAndItCanBeDeleted(string damage)
    {
        var options = cluster.NewOptions();
        var clock = new ManualTimeProvider();
        await using var f = new StoreFixture(await PostgresStore.OpenAsync(options, TimeProvider.System, clock, new SequentialIdGenerator(), default), clock);
        var (bad, good) = (await f.AcceptAsync("bad"), await f.AcceptAsync("good"));
        await cluster.AskAsync<int>($"UPDATE {options.Schema}.executions SET {damage} WHERE thread = (SELECT id FROM {options.Schema}.threads WHERE name = 'bad'); SELECT 1");

        await DamagedRows.VerifyAsync(f, bad, good);
    }

    [Fact]
    public async Task Read_AppendIsCut_EntriesBehindHaveNoBody()
    {
        var options = cluster.NewOptions();
        var clock = new ManualTimeProvider();
        await using var f = new StoreFixture(await PostgresStore.OpenAsync(options, TimeProvider.System, clock, new SequentialIdGenerator(), default), clock);
        var lease = await f.StartAsync(await f.OpenAsync(), "t");
        await f.StoreAsync(f.Append(lease) with { Entries = [f.Entry(null, "one"), f.Entry(null, "two")] });
        await cluster.AskAsync<int>($"UPDATE {options.Schema}.journal SET entries = substring(entries FOR length(entries) - 4) WHERE position = 2; SELECT 1");

        var entries = await f.ReadAsync("t");

        Assert.Equal([1, 2, 3], entries.Select(entry => entry.Position));
        Assert.Equal(0, entries[2].Body.Length);
    }
}
