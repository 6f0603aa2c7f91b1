namespace Actant.Sqlite;

/// <summary>How to open a store.</summary>
public sealed record SqliteStoreOptions
{
    /// <summary>The folder that holds the database; made if there is none. Must be on a local disk: SQLite's WAL needs shared memory.</summary>
    public required string DataFolder { get; init => field = OptionRange.CheckText(value, 32_767); }

    /// <summary>What a commit waits for; <see cref="SqliteSynchronous.Full"/> by default, and less is for data that may be lost.</summary>
    public SqliteSynchronous Synchronous { get; init; } = SqliteSynchronous.Full;

    /// <summary>Connections for reading, 1 to 64; 4 by default. Each keeps up to 2 MiB of pages. Further readers wait their turn.</summary>
    public int Readers { get; init => field = OptionRange.Check(value, 1, 64); } = 4;

    /// <summary>
    /// Bytes of the volume that are kept free, at most a quarter of it: with less, nothing new is taken in, while what runs goes on and what is there
    /// can be deleted. 64 MiB by default; 0 keeps none.
    /// </summary>
    public long ReserveBytes { get; init => field = OptionRange.Check(value, 0, long.MaxValue); } = 64 * 1024 * 1024;
}
