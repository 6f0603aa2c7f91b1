using Actant.Testing;

namespace Actant.Postgres.Tests;

public sealed class SchemaTests(PostgresCluster cluster)
{
    [Fact]
    public async Task Open_EightStoresAtOnce_OneMigratesAndAllWork()
    {
        var options = cluster.NewOptions();

        var stores = await Task.WhenAll(Enumerable.Range(1, 8).Select(series => Task.Run(
            () => PostgresStore.OpenAsync(options, TimeProvider.System, new SequentialIdGenerator(series), default))));

        foreach (var store in stores)
            await store.PingAsync(default);
        Assert.Equal(PostgresSchema.NewestVersion, await cluster.AskAsync<long>($"SELECT count(*) FROM {options.Schema}.schema_version"));
        foreach (var store in stores)
            await store.DisposeAsync();
    }

    [Fact]
    public async Task Migrate_Twice_SaysWhatItFound()
    {
        var options = cluster.NewOptions();

        Assert.Equal(0, await PostgresSchema.MigrateAsync(options, default));
        Assert.Equal(PostgresSchema.NewestVersion, await PostgresSchema.MigrateAsync(options, default));
    }

    [Fact]
    public async Task Open_NewerSchema_IsRefused()
    {
        var options = cluster.NewOptions();
        await PostgresSchema.MigrateAsync(options, default);
        await cluster.AskAsync<int>($"INSERT INTO {options.Schema}.schema_version (version) VALUES (9999) RETURNING version");

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(
            () => PostgresStore.OpenAsync(options, TimeProvider.System, new SequentialIdGenerator(), default));

        Assert.Contains("9999", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Upper")]
    [InlineData("a; DROP SCHEMA public")]
    public async Task Open_OddSchemaName_IsRefused(string schema) => await Assert.ThrowsAsync<ArgumentException>(
        () => PostgresSchema.MigrateAsync(cluster.NewOptions() with { Schema = schema }, default));
}
