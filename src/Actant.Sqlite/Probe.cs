using Actant.Storage;

namespace Actant.Sqlite;

/// <summary>Looks whether the database can be read and takes what is written.</summary>
internal static class Probe
{
    /// <summary>Reads the head and the schema from the file, past all that is kept in memory.</summary>
    public static void Read(string path, SqliteSynchronous synchronous, Damage damage)
    {
        try
        {
            using var connection = Connection.Open(path, synchronous, readOnly: true, damage);
            using var query = connection.Use("SELECT max(version) FROM schema_version");
            query.Step();
        }
        catch (SqliteFault fault)
        {
            throw fault.ForCaller();
        }
    }

    /// <summary>Writes as much as the largest entry, on pages of its own, and removes it again: a disk that has room for less is full.</summary>
    public static void Write(WriteScope scope)
    {
        using (var insert = scope.Connection.Use("INSERT INTO probe (id, content) VALUES (1, zeroblob(?))"))
            insert.Bind(EncodedEntry.MaxBodyBytes).Run();
        scope.Connection.Use("DELETE FROM probe").RunOnce();
    }
}
