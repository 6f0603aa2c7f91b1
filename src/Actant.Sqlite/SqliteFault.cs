using Actant.Storage;
using SQLitePCL;

namespace Actant.Sqlite;

/// <summary>What SQLite said, before it is known what that means for the caller.</summary>
internal sealed class SqliteFault(int code, string message) : Exception($"SQLite {code}: {message}")
{
    // SQLITE_IOERR_SHMSIZE: what a full disk says to the first who opens the database.
    private const int NoRoomForSharedMemory = 4874;

    public int Code => code;

    /// <summary>Whether the row is at fault and not the disk, the lock or the memory.</summary>
    public bool IsOfTheRow => Kind is raw.SQLITE_CONSTRAINT or raw.SQLITE_TOOBIG or raw.SQLITE_MISMATCH or raw.SQLITE_RANGE;

    /// <summary>Whether the file holds what SQLite has not written.</summary>
    public bool IsDamage => Kind is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB;

    /// <summary>Whether there is no room for more.</summary>
    public bool IsFull => Kind is raw.SQLITE_FULL || code == NoRoomForSharedMemory;

    /// <summary>What is wrong and how to mend it; <c>null</c> where that is not known.</summary>
    public string? Remedy => Kind switch
    {
        _ when IsFull => "the disk is full: make room on the volume of the data folder, or raise its quota",
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB =>
            "the database is damaged: stop the process and restore a backup of the data folder, or save what can be read with 'sqlite3 actant.db .recover'",
        raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_CANTOPEN =>
            "the data folder is read-only: let the user of this process write to the folder and its files, and mount the volume for writing",
        raw.SQLITE_IOERR => "the disk does not read or write: look into the log of the operating system, and replace or mount the volume anew",
        raw.SQLITE_NOMEM => "there is no memory left: give the process more",
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => "another program holds the database: end what has opened actant.db beside this process",
        _ => null,
    };

    private int Kind => code & 0xff;

    public Exception ForCaller() => IsOfTheRow
#pragma warning disable MA0015 // SQLite does not say which argument of which call it was.
        ? new ArgumentException($"The store refuses this: {Message}", this)
#pragma warning restore MA0015
        : new StoreUnavailableException($"The store could not answer: {(Remedy is { } remedy ? $"{remedy} ({Message})" : Message)}", this) { Remedy = Remedy, IsFull = IsFull };
}
