using Actant.Storage;

namespace Actant.Sqlite;

/// <summary>Inbox rows on the writer's connection.</summary>
internal sealed class InboxTable(Connection connection)
{
    public void Add(
        ThreadRow thread, SignalKind kind, ExecutionId? execution, string key, ReadOnlyMemory<byte> body, DateTimeOffset now)
    {
        thread.SignalNumber++;
        if (kind != SignalKind.Input)
            thread.Calls++;
        using var insert = connection.Use(
            "INSERT INTO inbox (slot, thread, kind, execution, key, body, at, consumed) VALUES (?, ?, ?, ?, ?, ?, ?, 0)");
        insert.Bind(JournalTable.Slot(thread.Id, thread.SignalNumber)).Bind(thread.Id).Bind((int)kind).Bind(execution?.Value).Bind(key)
            .Bind(body.Span).Bind(now).Run();
    }

    /// <summary>Whether a key is known, and with this body.</summary>
    public (bool IsKnown, bool IsSame) Compare(long thread, string key, ReadOnlySpan<byte> body)
    {
        using var query = connection.Use("SELECT body FROM inbox WHERE thread = ? AND key = ?");
        return query.Bind(thread).Bind(key).Step() ? (true, query.BlobSpan(0).SequenceEqual(body)) : (false, false);
    }

    /// <summary>Marks a signal as taken; unknown numbers and those taken before are passed over.</summary>
    public void Consume(ThreadRow thread, long number)
    {
        if (number < 1 || number > thread.SignalNumber)
            return;
        using var update = connection.Use("UPDATE inbox SET consumed = 1 WHERE slot = ? AND consumed = 0 RETURNING kind");
        if (update.Bind(JournalTable.Slot(thread.Id, number)).Step() && update.Int(0) != (int)SignalKind.Input)
            thread.Calls--;
    }
}
