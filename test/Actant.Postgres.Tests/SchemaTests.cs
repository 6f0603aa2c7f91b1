using Actant.Storage;
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
        Assert.Equal(1, await cluster.AskAsync<long>($"SELECT count(*) FROM {options.Schema}.function_sets"));
        foreach (var store in stores)
            await store.DisposeAsync();
    }

    [Theory]
    [InlineData("DROP SCHEMA {1} CASCADE")]
    [InlineData("DROP FUNCTION {1}.actant_take_grant; DELETE FROM {0}.function_sets")]
    public async Task Open_FunctionsAreNotAllThere_MakesThemAnew(string damage)
    {
        var options = cluster.NewOptions();
        await PostgresSchema.MigrateAsync(options, default);
        var functions = FunctionSet.SchemaFor(options.Schema);
        await cluster.AskAsync<int>($"{string.Format(damage, options.Schema, functions)}; SELECT 1");

        await PostgresSchema.MigrateAsync(options, default);

        Assert.Equal(1, await cluster.AskAsync<long>(
            $"SELECT count(*) FROM pg_proc WHERE proname = 'actant_take_grant' AND pronamespace = '{functions}'::regnamespace"));
    }

    [Fact]
    public async Task Open_SetsOfEarlierReleases_OnlyTheLastOfThemStays()
    {
        var options = cluster.NewOptions();
        await PostgresSchema.MigrateAsync(options, default);
        var (own, older, last) = (FunctionSet.SchemaFor(options.Schema), $"{options.Schema}_older", $"{options.Schema}_last");
        await cluster.AskAsync<int>(
            $"""
            DROP SCHEMA {own} CASCADE; DELETE FROM {options.Schema}.function_sets; CREATE SCHEMA {older}; CREATE SCHEMA {last};
            INSERT INTO {options.Schema}.function_sets (name) VALUES ('{older}'), ('{last}');
            SELECT 1
            """);

        await PostgresSchema.MigrateAsync(options, default);

        Assert.Equal([last, own], await cluster.AskAsync<string[]>($"SELECT array_agg(name ORDER BY number) FROM {options.Schema}.function_sets"));
        Assert.False(await cluster.AskAsync<bool>($"SELECT to_regnamespace('{older}') IS NOT NULL"));
        Assert.True(await cluster.AskAsync<bool>($"SELECT to_regnamespace('{last}') IS NOT NULL"));
    }

    [Fact]
    public void SchemaFor_AnotherText_IsAnotherSet()
    {
        var other = FunctionSet.Script.Replace("RETURN t;", "RETURN  t;", StringComparison.Ordinal);

        Assert.Equal(FunctionSet.SchemaFor("a"), FunctionSet.SchemaFor("a", FunctionSet.Script));
        Assert.NotEqual(FunctionSet.SchemaFor("a"), FunctionSet.SchemaFor("a", other));
    }

    [Fact]
    public async Task Open_FunctionsOfAnotherText_OwnSetIsMadeWholeBesideIt()
    {
        var options = cluster.NewOptions();
        await PostgresSchema.MigrateAsync(options, default);
        var (own, before) = (FunctionSet.SchemaFor(options.Schema), FunctionSet.SchemaFor(options.Schema, "another text"));
        await cluster.AskAsync<int>(
            $"ALTER SCHEMA {own} RENAME TO {before}; UPDATE {options.Schema}.function_sets SET name = '{before}'; DROP FUNCTION {before}.actant_take_grant; SELECT 1");

        await PostgresSchema.MigrateAsync(options, default);

        var made = FunctionSet.Script.Split("CREATE FUNCTION ").Length - 1;
        Assert.Equal([made, made - 1], await cluster.AskAsync<long[]>(
            $"SELECT ARRAY[(SELECT count(*) FROM pg_proc WHERE pronamespace = '{own}'::regnamespace), (SELECT count(*) FROM pg_proc WHERE pronamespace = '{before}'::regnamespace)]"));
    }

    [Fact]
    public async Task Open_LongestSchemaName_Works()
    {
        var options = cluster.NewOptions() with { Schema = new string('a', 63) };

        await using (var store = await PostgresStore.OpenAsync(options, TimeProvider.System, new SequentialIdGenerator(), default))
            await store.OpenSessionAsync(new OpenSession("node", TimeSpan.FromSeconds(10)), default);

        Assert.Equal(63, FunctionSet.SchemaFor(options.Schema).Length);
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
