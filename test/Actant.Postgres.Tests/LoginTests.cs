using Npgsql;

namespace Actant.Postgres.Tests;

/// <summary>A user of the database who becomes another one while the store is open, as those do that are made for a while.</summary>
[Trait("Row", "S7")]
public sealed class LoginTests(PostgresCluster cluster) : IClassFixture<PostgresCluster>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task LoginSource_AnotherUser_ConnectsFromThenOn()
    {
        await using var source = NpgsqlDataSource.Create(cluster.ConnectionString);
        await using (var roles = source.CreateCommand("CREATE ROLE house; GRANT CREATE ON DATABASE postgres TO house; CREATE ROLE one LOGIN IN ROLE house; CREATE ROLE two LOGIN IN ROLE house; ALTER ROLE one SET ROLE house; ALTER ROLE two SET ROLE house"))
        {
            await roles.ExecuteNonQueryAsync(Token);
        }

        var login = new PostgresLogin("one", "first");
        await using var store = await PostgresStore.OpenAsync(
            new PostgresStoreOptions { ConnectionString = cluster.ConnectionString, Schema = "logins", LoginSource = () => login }, TimeProvider.System, IdGenerator.System, Token);
        Assert.Equal("one", await UserAsync(store));
        var before = store.Database.Source;

        login = new PostgresLogin("one", "second");
        Assert.Same(before, store.Database.Source);
        login = new PostgresLogin("two", "third");

        Assert.Equal("two", await UserAsync(store));
        Assert.NotSame(before, store.Database.Source);

        // Whoever was given the pool just before may still use it.
        await using var late = await before.OpenConnectionAsync(Token);
    }

    private static ValueTask<string> UserAsync(PostgresStore store) => store.Database.RepeatAsync(
        "SELECT session_user::text",
        static _ => { },
        static async (reader, cancellationToken) => await reader.ReadAsync(cancellationToken) ? reader.GetString(0) : "",
        Token);
}
