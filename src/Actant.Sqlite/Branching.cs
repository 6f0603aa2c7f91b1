using Actant.Storage;
using Actant.StoreRules;

namespace Actant.Sqlite;

/// <summary>Rewinds, and what forks share with them, inside the writer's transaction.</summary>
internal static class Branching
{
    public static BranchOutcome Rewind(WriteScope scope, TenantId tenant, RewindRequest request)
    {
        var found = scope.Threads.Find(new ThreadKey(tenant, request.Thread));
        var hasPending = found is not null && scope.Executions.HasPending(found.Number);
        if (BranchRule.RefuseRewind(request, found, Standing(scope, found, request.Expected), IsKnown(scope, tenant, request.Key), hasPending) is { } refusal)
            return refusal;
        var thread = found!;
        RequireNew(scope, thread.Tenant, tenant, request.Continues);

        BranchRule.Intervene(thread, request.Format, scope.Now);
        scope.Journal.Append(thread, request.Entry.Id, request.Entry.Execution, thread.Epoch, request.Entry.Body);
        BranchKeyTable.Add(scope.Connection, thread, request.Key, request.Continues?.Id);
        Continue(scope, thread, request.Continues, scope.Now);
        return BranchOutcome.Stored;
    }

    public static bool IsKnown(WriteScope scope, TenantId tenant, BranchKey? key) =>
        key is not null && BranchKeyTable.Find(scope.Connection, tenant, key.Key) is not null;

    /// <summary>The id of a thread's entry behind a position.</summary>
    public static Guid? Standing(WriteScope scope, SqliteThread? thread, long position) =>
        thread is null ? null : scope.Journal.IdAt(thread.Number, position + 1);

    public static void RequireNew(WriteScope scope, long number, TenantId tenant, Submission? continues)
    {
        if (continues is not null)
            BranchRule.RequireNew(scope.Executions.FindKnown(number, tenant, continues));
    }

    public static void Continue(WriteScope scope, SqliteThread thread, Submission? continues, DateTimeOffset now)
    {
        if (continues is not null)
        {
            scope.Executions.Add(thread, continues, now);
            if (!continues.Held)
            {
                thread.MakeReady();
                scope.WakeForWork();
            }
        }

        scope.Threads.Save(thread);
    }
}
