using Actant;
using Actant.Hosting;
using Actant.Postgres;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>PostgreSQL as the store of an application.</summary>
public static class PostgresActantBuilder
{
    /// <summary>
    /// Keeps everything in a PostgreSQL database, which any number of processes share. Its schema is brought up to date when the
    /// application starts, and what goes wrong then is thrown: <see cref="Actant.Storage.StoreUnavailableException"/>, or
    /// <see cref="InvalidOperationException"/> where a newer release has written the database.
    /// </summary>
    /// <param name="builder">The application's engine.</param>
    /// <param name="options">Which database, and how it is used.</param>
    public static ActantBuilder UsePostgres(this ActantBuilder builder, PostgresStoreOptions options) =>
        builder.UseStore(provider => PostgresStore.Open(
            options, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<IdGenerator>()));

    /// <summary>Keeps everything in the PostgreSQL database of a connection string.</summary>
    /// <param name="builder">The application's engine.</param>
    /// <param name="connectionString">Npgsql's connection string.</param>
    public static ActantBuilder UsePostgres(this ActantBuilder builder, string connectionString) =>
        builder.UsePostgres(new PostgresStoreOptions { ConnectionString = connectionString });
}
