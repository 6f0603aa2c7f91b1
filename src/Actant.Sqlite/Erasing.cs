using Actant.Storage;

namespace Actant.Sqlite;

/// <summary>Takes content out of entries, inside the writer's transaction.</summary>
internal static class Erasing
{
    public static BranchOutcome Erase(WriteScope scope, TenantId tenant, EraseRequest request)
    {
        if (scope.Threads.Find(new ThreadKey(tenant, request.Thread)) is not { } thread)
            return BranchOutcome.NotFound;
        if (scope.Journal.IdAt(thread.Id, request.Expected + 1) == request.Entry.Id)
            return BranchOutcome.Replayed;
        if (thread.IsLeased)
            return BranchOutcome.Busy;
        if (thread.Position != request.Expected)
            return BranchOutcome.PositionConflict;

        foreach (var (position, body) in request.Bodies)
            thread.Bytes += Replace(scope.Connection, JournalTable.Slot(thread.Id, position), body.Span);
        foreach (var hash in request.Blobs)
            thread.Bytes -= RemoveBlob(scope.Connection, thread.Id, hash);
        using (var delete = scope.Connection.Use("DELETE FROM snapshots WHERE thread = ?"))
            delete.Bind(thread.Id).Run();

        thread.Epoch++;
        thread.Format = Math.Max(thread.Format, request.Format);
        thread.UpdatedAt = scope.Now;
        scope.Journal.Append(thread, request.Entry.Id, request.Entry.Execution, thread.Epoch, request.Entry.Body);
        scope.Threads.Save(thread);
        using (var mark = scope.Connection.Use("UPDATE threads SET erased_at = ? WHERE id = ?"))
            mark.Bind(thread.Position).Bind(thread.Id).Run();
        scope.AfterCommit(() => Removal.CutLog(scope.Connection));
        return BranchOutcome.Stored;
    }

    /// <summary>Answers with how much longer the new body is.</summary>
    private static long Replace(Connection connection, long slot, ReadOnlySpan<byte> body)
    {
        long before;
        using (var query = connection.Use("SELECT length(body) FROM journal WHERE slot = ?"))
            before = query.Bind(slot).Step() ? query.Long(0) : throw new InvalidOperationException("An entry is missing.");
        using var update = connection.Use("UPDATE journal SET body = ? WHERE slot = ?");
        update.Bind(body).Bind(slot).Run();
        return body.Length - before;
    }

    private static long RemoveBlob(Connection connection, long thread, BlobHash hash)
    {
        using var delete = connection.Use("DELETE FROM blobs WHERE thread = ? AND hash = ? RETURNING length(content)");
        return delete.Bind(thread).Bind((BlobHash?)hash).Step() ? delete.Long(0) : 0;
    }
}
