using Actant.DurableStores;

namespace Actant.Sqlite;

/// <summary>The tables, brought up to date by the numbered scripts that this release carries.</summary>
internal static class SqliteSchema
{
    /// <summary>Brings a database to the newest version, each step in a transaction of its own.</summary>
    /// <exception cref="InvalidOperationException">The database was written by a newer release.</exception>
    public static void Migrate(Connection connection)
    {
        connection.Execute("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY) STRICT");
        long current;
        using (var query = connection.Use("SELECT coalesce(max(version), 0) FROM schema_version"))
        {
            query.Step();
            current = query.Long(0);
        }

        foreach (var migration in Migration.Behind(Migration.Of(typeof(SqliteSchema).Assembly), current))
        {
            connection.Execute(
                $"BEGIN IMMEDIATE; {migration.Script}\nINSERT INTO schema_version (version) VALUES ({migration.Version}); COMMIT");
        }
    }
}
