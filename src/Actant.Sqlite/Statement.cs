using System.Text;
using Actant.Storage;
using SQLitePCL;

namespace Actant.Sqlite;

/// <summary>A prepared statement: parameters are bound in order, columns are read by number, disposing makes it ready for the next use.</summary>
internal sealed class Statement(Connection connection, sqlite3_stmt handle) : IDisposable
{
    private int _bound;

    public Statement Bind(long value)
    {
        connection.Check(raw.sqlite3_bind_int64(handle, ++_bound, value));
        return this;
    }

    public Statement Bind(long? value) => value is { } present ? Bind(present) : BindNull();

    public Statement Bind(bool value) => Bind(value ? 1L : 0L);

    public Statement Bind(DateTimeOffset value) => Bind(Microseconds.From(value));

    public Statement Bind(DateTimeOffset? value) => value is { } present ? Bind(Microseconds.From(present)) : BindNull();

    public Statement Bind(string? value)
    {
        if (value is null)
            return BindNull();
        // By length, not up to the first U+0000: "a\0b" must never find what is named "a".
        var max = Encoding.UTF8.GetMaxByteCount(value.Length);
        Span<byte> bytes = max <= 1024 ? stackalloc byte[1024] : new byte[max];
        bytes = bytes[..Encoding.UTF8.GetBytes(value, bytes)];
        _bound++;
        connection.Check(bytes.IsEmpty ? raw.sqlite3_bind_text(handle, _bound, "") : raw.sqlite3_bind_text(handle, _bound, bytes));
        return this;
    }

    public Statement Bind(ReadOnlySpan<byte> value)
    {
        _bound++;
        // An empty span has no address, which SQLite would take for NULL.
        connection.Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(handle, _bound, 0) : raw.sqlite3_bind_blob(handle, _bound, value));
        return this;
    }

    public Statement Bind(Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        return Bind(bytes);
    }

    public Statement Bind(Guid? value) => value is { } present ? Bind(present) : BindNull();

    public Statement Bind(BlobHash? value) => value is { } present ? Bind(Convert.FromHexString(present.Value).AsSpan()) : BindNull();

    public Statement BindNull()
    {
        connection.Check(raw.sqlite3_bind_null(handle, ++_bound));
        return this;
    }

    /// <summary>Goes to the next row; <c>false</c> when there is none.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(handle);
        connection.Check(code);
        return code == raw.SQLITE_ROW;
    }

    /// <summary>Runs a statement that gives no rows; answers with how many it changed.</summary>
    public int Run()
    {
        connection.Check(raw.sqlite3_step(handle));
        return connection.Changes;
    }

    /// <summary>Runs a statement without parameters and makes it ready for the next use.</summary>
    public void RunOnce()
    {
        using (this)
            Run();
    }

    public bool IsNull(int column) => raw.sqlite3_column_type(handle, column) == raw.SQLITE_NULL;

    public long Long(int column) => raw.sqlite3_column_int64(handle, column);

    public int Int(int column) => raw.sqlite3_column_int(handle, column);

    public bool Bool(int column) => Int(column) != 0;

    public long? LongOrNull(int column) => IsNull(column) ? null : Long(column);

    public string Text(int column) => raw.sqlite3_column_text(handle, column).utf8_to_string();

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    public byte[] Blob(int column) => raw.sqlite3_column_blob(handle, column).ToArray();

    /// <summary>Valid until the next step.</summary>
    public ReadOnlySpan<byte> BlobSpan(int column) => raw.sqlite3_column_blob(handle, column);

    public Guid Guid(int column) => new(raw.sqlite3_column_blob(handle, column), bigEndian: true);

    public Guid? GuidOrNull(int column) => IsNull(column) ? null : Guid(column);

    public BlobHash Hash(int column) => new(Convert.ToHexStringLower(raw.sqlite3_column_blob(handle, column)));

    public BlobHash? HashOrNull(int column) => IsNull(column) ? null : Hash(column);

    public DateTimeOffset Time(int column) => Microseconds.ToTime(Long(column));

    public DateTimeOffset? TimeOrNull(int column) => IsNull(column) ? null : Time(column);

    public void Dispose()
    {
        // The code repeats the last step's error, which has been thrown already.
        _ = raw.sqlite3_reset(handle);
        _ = raw.sqlite3_clear_bindings(handle);
        _bound = 0;
    }

    public void Close() => handle.Dispose();
}
