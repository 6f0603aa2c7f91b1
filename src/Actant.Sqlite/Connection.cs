using SQLitePCL;

namespace Actant.Sqlite;

/// <summary>A connection with its prepared statements; used by one thread at a time.</summary>
internal sealed class Connection : IDisposable
{
    private readonly sqlite3 _handle;

    // Every statement's text is a constant, so its reference is its name.
    private readonly Dictionary<string, Statement> _statements = new(ReferenceEqualityComparer.Instance);

    private readonly Damage? _damage;

    private Connection(sqlite3 handle, Damage? damage)
    {
        _handle = handle;
        _damage = damage;
    }

    /// <summary>Rows changed since the connection was opened: tells if an operation has touched anything.</summary>
    public long TotalChanges => raw.sqlite3_total_changes(_handle);

    /// <summary>Rows changed by the last statement.</summary>
    public int Changes => raw.sqlite3_changes(_handle);

    public long LastInsertRowId => raw.sqlite3_last_insert_rowid(_handle);

    public bool IsInTransaction => raw.sqlite3_get_autocommit(_handle) == 0;

    public static Connection Open(string path, SqliteSynchronous synchronous, bool readOnly, Damage? damage = null)
    {
        var code = raw.sqlite3_open_v2(
            path, out var handle, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE | raw.SQLITE_OPEN_NOMUTEX, null);
        var connection = new Connection(handle, damage);
        try
        {
            connection.Check(code);
            connection.Check(raw.sqlite3_extended_result_codes(handle, 1));
            connection.Check(raw.sqlite3_busy_timeout(handle, 5000));
            connection.Execute("PRAGMA journal_mode = WAL");
            connection.Execute(synchronous == SqliteSynchronous.Full ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
            connection.Execute("PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 67108864");
            // What is erased or deleted is overwritten in the file. Said here, since builds of SQLite differ in it.
            connection.Execute("PRAGMA secure_delete = ON; PRAGMA foreign_keys = OFF");
            // Checkpoints every 32 MiB instead of 4: a page that many commits touched is written back once.
            connection.Execute(readOnly ? "PRAGMA query_only = ON" : "PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 8192");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Runs a script without parameters.</summary>
    public void Execute(string script) => Check(raw.sqlite3_exec(_handle, script));

    /// <summary>A prepared statement, to be disposed (reset) before it is used again. The text must be a constant.</summary>
    public Statement Use(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            Check(raw.sqlite3_prepare_v3(_handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out var prepared));
            _statements.Add(sql, statement = new Statement(this, prepared));
        }

        return statement;
    }

    public void Check(int code)
    {
        if (code is raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE)
            return;
        var fault = new SqliteFault(code, raw.sqlite3_errmsg(_handle).utf8_to_string());
        _damage?.Note(fault);
        throw fault;
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
            statement.Close();
        _statements.Clear();
        _handle.manual_close_v2();
        _handle.Dispose();
    }
}
