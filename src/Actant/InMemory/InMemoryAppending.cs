using Actant.Storage;
using Actant.StoreRules;

namespace Actant.InMemory;

/// <summary>Appends. Everything here needs the store's lock.</summary>
internal sealed class InMemoryAppending(InMemoryState state)
{
    public AppendResult Append(AppendRequest request)
    {
        var now = state.Now;
        var standing = state.TryGetThread(request.Thread, now, out var thread) && AppendRule.MayStand(thread, request)
            ? thread.Entries.Skip((int)request.Position - 1).Select(static entry => entry.Id)
            : [];
        if (AppendRule.Refuse(thread, request, standing) is { } refusal)
            return refusal;

        var executions = Read(request);
        if (AppendRule.RefuseChanges(thread!, request, executions) is { } refused)
            return refused;
        if (request.Outbox.Count > 0)
            AppendRule.CheckDeliveries(request, state.Outbox.Contains);
        Store(thread!, request, executions!, now);
        return new AppendResult(AppendOutcome.Stored, thread!.SignalNumber);
    }

    private InMemoryExecution?[] Read(AppendRequest request)
    {
        if (request.Executions.Count == 0)
            return [];
        var executions = new InMemoryExecution?[request.Executions.Count];
        for (var i = 0; i < executions.Length; i++)
            executions[i] = state.FindExecution(request.Thread.Tenant, request.Executions[i].Execution);
        return executions;
    }

    private void Store(InMemoryThread thread, AppendRequest request, InMemoryExecution[] executions, DateTimeOffset now)
    {
        var holder = state.HolderOf(thread)!;
        foreach (var entry in request.Entries)
            thread.Append(entry.Id, entry.Execution, thread.Epoch, entry.Body);
        foreach (var number in request.Consumed)
            thread.Consume(number);
        for (var i = 0; i < executions.Length; i++)
        {
            var (execution, change) = (executions[i], request.Executions[i]);
            Change(thread, execution, change, now);
            if (change.Status.IsEnd() || change.Status == ExecutionStatus.Interrupted)
                state.NotifyAccepter(execution, holder);
        }

        foreach (var row in request.Outbox)
            state.Outbox.Add(row, thread, holder, now);
        foreach (var amount in request.Usage)
            state.Count(thread.Key.Tenant, amount);
        AppendRule.Store(thread, request, now);
        thread.ChooseCurrent();
        var wakes = AppendRule.GiveBack(thread, request);
        state.Schedule.Save(thread);
        if (wakes)
            state.WakeForWork();
    }

    private static void Change(InMemoryThread thread, InMemoryExecution execution, ExecutionChange change, DateTimeOffset now)
    {
        AppendRule.Change(thread, execution, change);
        if (execution.LeavesInput(change))
            thread.ConsumeInput(execution.Record.Id);
        if (change.Status != ExecutionStatus.Pending)
            thread.Pending.Remove(execution);
        execution.Record = execution.Changed(change, thread.Position, now);
    }
}
