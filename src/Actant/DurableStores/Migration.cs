using System.Globalization;
using System.Reflection;

namespace Actant.DurableStores;

/// <summary>One numbered script of a store's <c>Migrations</c>: once released, never changed.</summary>
internal sealed record Migration(int Version, string Script)
{
    /// <summary>All that a store's assembly carries, in order.</summary>
    public static IReadOnlyList<Migration> Of(Assembly store) =>
        [.. EmbeddedScripts.Read(store, "").Select(script => new Migration(int.Parse(script.Name.AsSpan(0, 4), CultureInfo.InvariantCulture), script.Text))];

    /// <summary>Those that bring a database of some version to the newest one, in order.</summary>
    /// <param name="known">All that this release knows.</param>
    /// <param name="current">The database's version; 0 for an empty one.</param>
    /// <exception cref="InvalidOperationException">The database was written by a newer release.</exception>
    public static IEnumerable<Migration> Behind(IReadOnlyList<Migration> known, long current)
    {
        if (current > known[^1].Version)
        {
            throw new InvalidOperationException(
                $"The database has schema version {current}, this release knows {known[^1].Version}: start the newer release.");
        }

        return known.Where(migration => migration.Version > current);
    }
}
