using System.Reflection;

namespace Actant.Sqlite;

/// <summary>One numbered script of <c>Migrations</c>: once released, never changed.</summary>
internal sealed record Migration(int Version, string Script)
{
    public static IReadOnlyList<Migration> All()
    {
        var assembly = typeof(Migration).Assembly;
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.EndsWith(".sql", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => new Migration(int.Parse(name.AsSpan(0, 4)), Read(assembly, name)))];
    }

    /// <summary>Brings a database to the newest version, each step in a transaction of its own.</summary>
    /// <exception cref="InvalidOperationException">The database was written by a newer release.</exception>
    public static void ApplyAll(Connection connection)
    {
        connection.Execute("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY) STRICT");
        long current;
        using (var query = connection.Use("SELECT coalesce(max(version), 0) FROM schema_version"))
        {
            query.Step();
            current = query.Long(0);
        }

        var known = All();
        if (current > known[^1].Version)
        {
            throw new InvalidOperationException(
                $"The database has schema version {current}, this release knows {known[^1].Version}: start the newer release.");
        }

        foreach (var migration in known.Where(migration => migration.Version > current))
        {
            connection.Execute(
                $"BEGIN IMMEDIATE; {migration.Script}\nINSERT INTO schema_version (version) VALUES ({migration.Version}); COMMIT");
        }
    }

    private static string Read(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
