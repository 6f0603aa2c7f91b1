using Actant.Storage;

namespace Actant.Sqlite;

/// <summary>Entries. The key is thread and position in one number, so that a thread's entries lie side by side.</summary>
internal sealed class JournalTable(Connection connection)
{
    private const int PositionBits = 28;

    public static long Slot(long thread, long position) => (thread << PositionBits) | position;

    public static long Position(long slot) => slot & StorageLimits.MaxPosition;

    public void Append(SqliteThread thread, Guid id, ExecutionId? execution, long epoch, ReadOnlyMemory<byte> body)
    {
        thread.AddEntry(body.Length);
        using var insert = connection.Use("INSERT INTO journal (slot, id, execution, epoch, body) VALUES (?, ?, ?, ?, ?)");
        insert.Bind(Slot(thread.Number, thread.Position)).Bind(id).Bind(execution?.Value).Bind(epoch).Bind(body.Span).Run();
    }

    public Guid? IdAt(long thread, long position)
    {
        using var query = connection.Use("SELECT id FROM journal WHERE slot = ?");
        return query.Bind(Slot(thread, position)).Step() ? query.Guid(0) : null;
    }

    public StoredEntry? At(long thread, long position)
    {
        using var query = connection.Use("SELECT slot, id, execution, epoch, body FROM journal WHERE slot = ?");
        return query.Bind(Slot(thread, position)).Step() ? Read(query) : null;
    }

    /// <summary>Copies entries behind one up to another, at most so many of about so many bytes; answers with the last one's position.</summary>
    public long Copy(long source, long target, long after, long upTo, int maxRows, int maxBytes)
    {
        var (last, bytes) = (after, 0L);
        using (var query = connection.Use("SELECT slot, length(body) FROM journal WHERE slot BETWEEN ? AND ? ORDER BY slot LIMIT ?"))
        {
            query.Bind(Slot(source, after + 1)).Bind(Slot(source, upTo)).Bind(maxRows);
            while (bytes < maxBytes && query.Step())
            {
                last = Position(query.Long(0));
                bytes += query.Long(1);
            }
        }

        using var copy = connection.Use(
            """
            INSERT INTO journal (slot, id, execution, epoch, body)
              SELECT slot - ? + ?, id, execution, epoch, body FROM journal WHERE slot BETWEEN ? AND ? ORDER BY slot
            """);
        copy.Bind(Slot(source, 0)).Bind(Slot(target, 0)).Bind(Slot(source, after + 1)).Bind(Slot(source, last)).Run();
        return last;
    }

    /// <summary>The bytes of all entries of a thread.</summary>
    public long Bytes(long thread)
    {
        using var sum = connection.Use("SELECT coalesce(sum(length(body)), 0) FROM journal WHERE slot BETWEEN ? AND ?");
        sum.Bind(Slot(thread, 1)).Bind(Slot(thread, StorageLimits.MaxPosition)).Step();
        return sum.Long(0);
    }

    public static StoredEntry Read(Statement row) => new(
        Position(row.Long(0)),
        row.Guid(1),
        row.GuidOrNull(2) is { } execution ? new ExecutionId(execution) : null,
        row.Long(3),
        row.Blob(4));
}
