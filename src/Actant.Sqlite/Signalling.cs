using Actant.Storage;
using Actant.StoreRules;

namespace Actant.Sqlite;

/// <summary>Signals, inside the writer's transaction.</summary>
internal static class Signalling
{
    public static SignalResult Signal(WriteScope scope, ThreadKey key, IReadOnlyList<Signal> signals)
    {
        var now = scope.Now;
        if (scope.Threads.Find(key) is not { } thread)
            return new SignalResult(SignalOutcome.NotFound);
        var heldBy = scope.Sessions.IdOf(thread.Place.Holder);
        if (SignalRule.NewOnes(signals, signal => scope.Inbox.Compare(thread.Number, signal.Key, signal.Body.Span)) is not { } added)
            return new SignalResult(SignalOutcome.KeyConflict, heldBy);
        if (added.Count == 0)
            return new SignalResult(SignalOutcome.Replayed, heldBy);

        var named = new Dictionary<ExecutionId, long>();
        foreach (var id in added.Select(signal => signal.Execution).OfType<ExecutionId>())
        {
            var execution = scope.Executions.Find(thread.Tenant, key.Tenant, id);
            if (SignalRule.Refuse(thread, execution) is { } refusal)
                return new SignalResult(refusal, heldBy);
            named[id] = execution!.Number;
        }

        foreach (var signal in added)
        {
            scope.Inbox.Add(thread, signal.Kind, signal.Execution, signal.Key, signal.Body, now);
            if (SignalRule.Cancels(thread, signal, signal.Execution is { } id ? named[id] : null) is { } cancelled)
                scope.Executions.SetLastCancel(cancelled, thread.SignalNumber);
        }

        Announce(scope, thread, now);
        scope.Threads.Save(thread);
        return new SignalResult(SignalOutcome.Stored, heldBy);
    }

    /// <summary>A thread has new signals: its holder hears of it, or else it is ready.</summary>
    public static void Announce(WriteScope scope, SqliteThread thread, DateTimeOffset now)
    {
        if (thread.Announce(now))
            scope.WakeForWork();
        else
            scope.Wake(new Wakeup(WakeupKind.Signalled, thread.Key));
    }
}
