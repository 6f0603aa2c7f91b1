using Actant.Postgres;

namespace Actant.Server.Settings;

/// <summary>Where everything is kept.</summary>
/// <param name="Postgres">The database; without it, the data folder.</param>
/// <param name="Cluster">The other processes that share the database.</param>
internal sealed record StorageSettings(PostgresStoreOptions? Postgres, ClusterSettings? Cluster);
