using Actant.Postgres;
using Actant.Server.Settings;
using Actant.Sqlite;
using Actant.Storage;

namespace Actant.Server.Hosting;

/// <summary>Opens what the settings name: a database that processes share, or else a data folder of one's own.</summary>
internal static class Stores
{
    /// <exception cref="DataFolderInUseException">Another process has the folder open.</exception>
    /// <exception cref="StoreUnavailableException">The database does not answer.</exception>
    /// <exception cref="InvalidOperationException">A newer release has written it.</exception>
    public static async Task<IActantStore> OpenAsync(StorageSettings storage, string data, CancellationToken cancellationToken) => storage.Postgres is { } options
        ? await PostgresStore.OpenAsync(options, TimeProvider.System, IdGenerator.System, cancellationToken)
        : await SqliteStore.OpenAsync(new SqliteStoreOptions { DataFolder = data }, TimeProvider.System, IdGenerator.System, cancellationToken);
}
