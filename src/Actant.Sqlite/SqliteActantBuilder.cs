using Actant;
using Actant.Hosting;
using Actant.Sqlite;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>SQLite as the store of an application.</summary>
public static class SqliteActantBuilder
{
    /// <summary>
    /// Keeps everything in a folder, which one process at a time may use. It is opened when the application starts, and what goes
    /// wrong then is thrown: <see cref="DataFolderInUseException"/>, <see cref="DllNotFoundException"/> where SQLite is not
    /// installed, <see cref="InvalidOperationException"/> where a newer release has written the folder.
    /// </summary>
    /// <param name="builder">The application's engine.</param>
    /// <param name="folder">The folder; made if there is none. Must be on a local disk.</param>
    public static ActantBuilder UseSqlite(this ActantBuilder builder, string folder) =>
        builder.UseStore(provider => SqliteStore.Open(
            new SqliteStoreOptions { DataFolder = folder }, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<IdGenerator>()));
}
