using Actant.Storage;

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
        if (NewOnes(scope, thread, signals) is not { } added)
            return new SignalResult(SignalOutcome.KeyConflict, heldBy);
        if (added.Count == 0)
            return new SignalResult(SignalOutcome.Replayed, heldBy);

        var named = new Dictionary<ExecutionId, long>();
        foreach (var id in added.Select(signal => signal.Execution).OfType<ExecutionId>())
        {
            var execution = scope.Executions.Find(thread.Tenant, key.Tenant, id);
            if (execution is null || execution.Thread != thread.Id)
                return new SignalResult(SignalOutcome.NotFound, heldBy);
            if (execution.Record.Status.IsEnd())
                return new SignalResult(SignalOutcome.ExecutionEnded, heldBy);
            named[id] = execution.Number;
        }

        foreach (var signal in added)
        {
            scope.Inbox.Add(thread, signal.Kind, signal.Execution, signal.Key, signal.Body, now);
            var target = signal.Execution is { } id ? named[id] : thread.Place.Current;
            if (signal.Kind == SignalKind.Cancel && target is { } cancelled)
                scope.Executions.SetLastCancel(cancelled, thread.SignalNumber);
        }

        Announce(scope, thread, now);
        scope.Threads.Save(thread);
        return new SignalResult(SignalOutcome.Stored, heldBy);
    }

    /// <summary>A thread has new signals: its holder hears of it, or else it is ready.</summary>
    public static void Announce(WriteScope scope, ThreadRow thread, DateTimeOffset now)
    {
        thread.UpdatedAt = now;
        if (thread.IsLeased)
        {
            scope.Wake(new Wakeup(WakeupKind.Signalled, thread.Key));
            return;
        }

        thread.MakeReady();
        scope.WakeForWork();
    }

    /// <summary>The signals whose keys are not known, or <c>null</c> when a key is known with another body.</summary>
    private static List<Signal>? NewOnes(WriteScope scope, ThreadRow thread, IReadOnlyList<Signal> signals)
    {
        var added = new Dictionary<string, Signal>();
        foreach (var signal in signals)
        {
            if (added.TryGetValue(signal.Key, out var earlier))
            {
                if (!earlier.Body.Span.SequenceEqual(signal.Body.Span))
                    return null;
                continue;
            }

            var (isKnown, isSame) = scope.Inbox.Compare(thread.Id, signal.Key, signal.Body.Span);
            if (isKnown && !isSame)
                return null;
            if (!isKnown)
                added.Add(signal.Key, signal);
        }

        return [.. signals.Where(signal => added.Remove(signal.Key))];
    }
}
