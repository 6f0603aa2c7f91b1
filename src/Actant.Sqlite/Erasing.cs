using Actant.Storage;
using Actant.StoreRules;

namespace Actant.Sqlite;

/// <summary>Takes content out of entries, inside the writer's transaction.</summary>
internal static class Erasing
{
    public static BranchOutcome Erase(WriteScope scope, TenantId tenant, EraseRequest request)
    {
        var found = scope.Threads.Find(new ThreadKey(tenant, request.Thread));
        if (BranchRule.RefuseErase(request, found, Branching.Standing(scope, found, request.Expected)) is { } refusal)
            return refusal;
        var thread = found!;

        foreach (var (position, body) in request.Bodies)
            thread.Bytes += Replace(scope.Connection, JournalTable.Slot(thread.Number, position), body.Span);
        foreach (var hash in request.Blobs)
            thread.Bytes -= RemoveBlob(scope.Connection, thread.Number, hash);
        using (var delete = scope.Connection.Use("DELETE FROM snapshots WHERE thread = ?"))
            delete.Bind(thread.Number).Run();

        BranchRule.Intervene(thread, request.Format, scope.Now);
        scope.Journal.Append(thread, request.Entry.Id, request.Entry.Execution, thread.Epoch, request.Entry.Body);
        scope.Threads.Save(thread);
        using (var mark = scope.Connection.Use("UPDATE threads SET erased_at = ? WHERE id = ?"))
            mark.Bind(thread.Position).Bind(thread.Number).Run();
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
