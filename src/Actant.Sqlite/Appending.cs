using Actant.Storage;
using Actant.StoreRules;

namespace Actant.Sqlite;

/// <summary>Appends, inside the writer's transaction.</summary>
internal static class Appending
{
    public static AppendResult Append(WriteScope scope, AppendRequest request)
    {
        var thread = scope.Threads.Find(request.Thread);
        var standing = thread is not null && AppendRule.MayStand(thread, request) ? IdsFrom(scope, thread, request.Position) : [];
        if (AppendRule.Refuse(thread, request, standing) is { } refusal)
            return refusal;

        var executions = Read(scope, thread!, request);
        if (AppendRule.RefuseChanges(thread!, request, executions) is { } refused)
            return refused;
        if (request.Outbox.Count > 0)
            AppendRule.CheckDeliveries(request, scope.Outbox.Contains);
        Store(scope, thread!, request, executions!);
        return new AppendResult(AppendOutcome.Stored, thread!.SignalNumber);
    }

    private static IEnumerable<Guid> IdsFrom(WriteScope scope, SqliteThread thread, long position)
    {
        while (scope.Journal.IdAt(thread.Number, position++) is { } id)
            yield return id;
    }

    private static ExecutionRow?[] Read(WriteScope scope, SqliteThread thread, AppendRequest request)
    {
        if (request.Executions.Count == 0)
            return [];
        var executions = new ExecutionRow?[request.Executions.Count];
        for (var i = 0; i < executions.Length; i++)
            executions[i] = scope.Executions.Find(thread.Tenant, thread.Key.Tenant, request.Executions[i].Execution);
        return executions;
    }

    private static void Store(WriteScope scope, SqliteThread thread, AppendRequest request, ExecutionRow[] executions)
    {
        var now = scope.Now;
        foreach (var entry in request.Entries)
            scope.Journal.Append(thread, entry.Id, entry.Execution, thread.Epoch, entry.Body);
        foreach (var number in request.Consumed)
            scope.Inbox.Consume(thread, number);
        for (var i = 0; i < executions.Length; i++)
            Change(scope, thread, executions[i], request.Executions[i], now);
        foreach (var row in request.Outbox)
            scope.Outbox.Add(thread, row, now);
        foreach (var amount in request.Usage)
            scope.Usage.Add(thread.Tenant, now, amount);
        AppendRule.Store(thread, request, now);
        if (executions.Length > 0)
            scope.Threads.ChooseCurrent(thread);
        if (AppendRule.GiveBack(thread, request))
            scope.WakeForWork();
        scope.Threads.Save(thread);
    }

    private static void Change(WriteScope scope, SqliteThread thread, ExecutionRow execution, ExecutionChange change, DateTimeOffset now)
    {
        AppendRule.Change(thread, execution, change);
        if (execution.LeavesInput(change))
            scope.Inbox.ConsumeInput(thread, execution.Record.Id);
        scope.Executions.Save(execution.Number, execution.Changed(change, thread.Position, now));
    }
}
