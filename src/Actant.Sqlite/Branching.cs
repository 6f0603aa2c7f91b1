using Actant.Storage;

namespace Actant.Sqlite;

/// <summary>Forks and rewinds, inside the writer's transaction.</summary>
internal static class Branching
{
    public static BranchOutcome Fork(WriteScope scope, TenantId tenant, ForkRequest request)
    {
        var now = scope.Now;
        var number = scope.Tenants.NumberOf(tenant);
        var existing = scope.Threads.Find(number, new ThreadKey(tenant, request.Target));
        if (existing is not null && scope.Journal.IdAt(existing.Id, request.Position + 1) == request.Entry.Id)
            return BranchOutcome.Replayed;
        if (IsKnown(scope, tenant, request.Key))
            return BranchOutcome.KeyKnown;
        var source = scope.Threads.Find(number, new ThreadKey(tenant, request.Source));
        if (source is null || source.Position < request.Position)
            return BranchOutcome.NotFound;
        if (existing is not null)
            return BranchOutcome.TargetExists;
        RequireNew(scope, number, tenant, request.Continues);

        var fork = scope.Threads.Add(number, new ThreadKey(tenant, request.Target), source.Epoch, now);
        fork.Position = request.Position;
        fork.Bytes = scope.Journal.Copy(source.Id, fork.Id, request.Position) + CopyBlobs(scope, source.Id, fork.Id);
        fork.Format = Math.Max(source.Format, request.Format);
        scope.Journal.Append(fork, request.Entry.Id, request.Entry.Execution, epoch: 0, request.Entry.Body);
        BranchKeyTable.Add(scope.Connection, fork, request.Key, request.Continues?.Id);
        Continue(scope, fork, request.Continues, now);
        return BranchOutcome.Stored;
    }

    public static BranchOutcome Rewind(WriteScope scope, TenantId tenant, RewindRequest request)
    {
        var now = scope.Now;
        if (scope.Threads.Find(new ThreadKey(tenant, request.Thread)) is not { } thread)
            return BranchOutcome.NotFound;
        if (scope.Journal.IdAt(thread.Id, request.Expected + 1) == request.Entry.Id)
            return BranchOutcome.Replayed;
        if (IsKnown(scope, tenant, request.Key))
            return BranchOutcome.KeyKnown;
        if (thread.IsLeased || thread.Place.IsOpen || scope.Executions.HasPending(thread.Id))
            return BranchOutcome.Busy;
        if (thread.Position != request.Expected)
            return BranchOutcome.PositionConflict;
        RequireNew(scope, thread.Tenant, tenant, request.Continues);

        thread.Epoch++;
        thread.Format = Math.Max(thread.Format, request.Format);
        thread.UpdatedAt = now;
        scope.Journal.Append(thread, request.Entry.Id, request.Entry.Execution, thread.Epoch, request.Entry.Body);
        BranchKeyTable.Add(scope.Connection, thread, request.Key, request.Continues?.Id);
        Continue(scope, thread, request.Continues, now);
        return BranchOutcome.Stored;
    }

    private static bool IsKnown(WriteScope scope, TenantId tenant, BranchKey? key) =>
        key is not null && BranchKeyTable.Find(scope.Connection, tenant, key.Key) is not null;

    private static long CopyBlobs(WriteScope scope, long source, long target)
    {
        using (var copy = scope.Connection.Use("INSERT INTO blobs (thread, hash, content) SELECT ?, hash, content FROM blobs WHERE thread = ?"))
            copy.Bind(target).Bind(source).Run();
        using var sum = scope.Connection.Use("SELECT coalesce(sum(length(content)), 0) FROM blobs WHERE thread = ?");
        sum.Bind(target).Step();
        return sum.Long(0);
    }

    private static void RequireNew(WriteScope scope, long number, TenantId tenant, Submission? continues)
    {
        if (continues is null)
            return;
        if (scope.Executions.Find(number, tenant, continues.Id) is not null
            || (continues.IdempotencyKey is { } key && scope.Executions.Find(number, tenant, key) is not null))
        {
            throw new ArgumentException("The execution that goes on has an id or key that is known already.", nameof(continues));
        }
    }

    private static void Continue(WriteScope scope, ThreadRow thread, Submission? continues, DateTimeOffset now)
    {
        if (continues is not null)
        {
            scope.Executions.Add(thread, continues, now);
            scope.Threads.ChooseCurrent(thread);
            if (!continues.Held)
            {
                thread.MakeReady();
                scope.WakeForWork();
            }
        }

        scope.Threads.Save(thread);
    }
}
