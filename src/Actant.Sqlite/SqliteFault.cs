using Actant.Storage;
using SQLitePCL;

namespace Actant.Sqlite;

/// <summary>What SQLite said, before it is known what that means for the caller.</summary>
internal sealed class SqliteFault(int code, string message) : Exception($"SQLite {code}: {message}")
{
    public int Code => code;

    /// <summary>Whether the row is at fault and not the disk, the lock or the memory.</summary>
    public bool IsOfTheRow => (code & 0xff) is raw.SQLITE_CONSTRAINT or raw.SQLITE_TOOBIG or raw.SQLITE_MISMATCH or raw.SQLITE_RANGE;

    public Exception ForCaller() => IsOfTheRow
#pragma warning disable MA0015 // SQLite does not say which argument of which call it was.
        ? new ArgumentException($"The store refuses this: {Message}", this)
#pragma warning restore MA0015
        : new StoreUnavailableException($"The store could not answer: {Message}", this);
}
