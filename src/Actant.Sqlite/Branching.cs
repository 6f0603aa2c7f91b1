using Actant.Storage;

namespace Actant.Sqlite;

/// <summary>Rewinds, and what forks share with them, inside the writer's transaction.</summary>
internal static class Branching
{
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

    public static bool IsKnown(WriteScope scope, TenantId tenant, BranchKey? key) =>
        key is not null && BranchKeyTable.Find(scope.Connection, tenant, key.Key) is not null;

    public static void RequireNew(WriteScope scope, long number, TenantId tenant, Submission? continues)
    {
        if (continues is null)
            return;
        if (scope.Executions.Find(number, tenant, continues.Id) is not null
            || (continues.IdempotencyKey is { } key && scope.Executions.Find(number, tenant, key) is not null))
        {
            throw new ArgumentException("The execution that goes on has an id or key that is known already.", nameof(continues));
        }
    }

    public static void Continue(WriteScope scope, ThreadRow thread, Submission? continues, DateTimeOffset now)
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
