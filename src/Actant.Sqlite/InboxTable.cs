using System.Security.Cryptography;
using Actant.Storage;

namespace Actant.Sqlite;

/// <summary>Inbox rows on the writer's connection.</summary>
internal sealed class InboxTable(Connection connection)
{
    public void Add(
        SqliteThread thread, SignalKind kind, ExecutionId? execution, string key, ReadOnlyMemory<byte> body, DateTimeOffset now)
    {
        thread.AddSignal(kind);
        using var insert = connection.Use(
            "INSERT INTO inbox (slot, thread, kind, execution, key, body, at, consumed) VALUES (?, ?, ?, ?, ?, ?, ?, 0)");
        insert.Bind(JournalTable.Slot(thread.Number, thread.SignalNumber)).Bind(thread.Number).Bind((int)kind).Bind(execution?.Value).Bind(key)
            .Bind(body.Span).Bind(now).Run();
    }

    /// <summary>Whether a key is known with this body; <c>null</c> when it is not known.</summary>
    public bool? Compare(long thread, string key, ReadOnlySpan<byte> body)
    {
        using var query = connection.Use("SELECT consumed, hash, body FROM inbox WHERE thread = ? AND key = ?");
        if (!query.Bind(thread).Bind(key).Step())
            return null;
        if (!query.Bool(0))
            return query.BlobSpan(2).SequenceEqual(body);

        // A release that kept no hash has consumed it: that it was another body, nobody can say any more.
        return query.IsNull(1) || query.BlobSpan(1).SequenceEqual(SHA256.HashData(body));
    }

    /// <summary>
    /// Takes a signal off; unknown numbers and those taken before are passed over. An input goes, of others the body: an execution that
    /// is asked for again is known by its own row.
    /// </summary>
    public void Consume(SqliteThread thread, long number)
    {
        if (number < 1 || number > thread.SignalNumber)
            return;
        var slot = JournalTable.Slot(thread.Number, number);
        using (var delete = connection.Use("DELETE FROM inbox WHERE slot = ? AND kind = 1"))
        {
            if (delete.Bind(slot).Run() > 0)
                return;
        }

        byte[] hash;
        using (var query = connection.Use("SELECT body FROM inbox WHERE slot = ? AND consumed = 0"))
        {
            if (!query.Bind(slot).Step())
                return;
            hash = SHA256.HashData(query.BlobSpan(0));
        }

        using var update = connection.Use("UPDATE inbox SET consumed = 1, body = x'', hash = ? WHERE slot = ?");
        update.Bind(hash.AsSpan()).Bind(slot).Run();
        thread.Calls--;
    }

    /// <summary>The input of an execution that ends without having begun: nobody will read it.</summary>
    public void ConsumeInput(SqliteThread thread, ExecutionId execution)
    {
        using var delete = connection.Use("DELETE FROM inbox WHERE thread = ? AND key = ? AND kind = 1");
        delete.Bind(thread.Number).Bind(KeyOfInput(execution)).Run();
    }

    public static string KeyOfInput(ExecutionId execution) => $"{StorageLimits.InputPrefix}{execution}";
}
