using System.Runtime.CompilerServices;
using Actant.Events;
using Actant.Journaling;
using Actant.Loops;
using Actant.Signals;
using Actant.Storage;

namespace Actant.Executions;

public sealed partial class ExecutionClient
{
    private static readonly TimeSpan s_longestLook = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_firstLook = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// An execution with everything it gave so far, or <c>null</c>. A question whose answer is stored is none any more; with the last one
    /// answered it counts as running, before a node has taken the answer up.
    /// </summary>
    public async Task<ExecutionResult?> GetAsync(ExecutionId id, CancellationToken cancellationToken)
    {
        var record = await _store.GetExecutionAsync(id, cancellationToken);
        if (record is null)
        {
            return null;
        }

        if (record.Status != ExecutionStatus.Interrupted && await ReadAsync(record, cancellationToken) is { Interrupts.Count: 0 } unasked)
        {
            return unasked;
        }

        // The inbox first: what has left it by then is in the row and the journal. An answer that a node has taken up stays in it until
        // that node commits, with durability `exit` not before the end.
        var (answered, _) = await InInboxAsync(record, cancellationToken);
        if (await ReadAsync(id, cancellationToken) is not { } result)
        {
            return null;
        }

        IReadOnlyList<Interrupt> open = [.. result.Interrupts.Where(asked => !answered.Contains(asked.Id))];
        return open.Count == result.Interrupts.Count ? result : result with
        {
            Interrupts = open,
            Record = open.Count == 0 && result.Record.Status == ExecutionStatus.Interrupted ? result.Record with { Status = ExecutionStatus.Running } : result.Record,
        };
    }

    /// <summary>An execution as its row and its journal say.</summary>
    private async Task<ExecutionResult?> ReadAsync(ExecutionId id, CancellationToken cancellationToken) =>
        await _store.GetExecutionAsync(id, cancellationToken) is { } record ? await ReadAsync(record, cancellationToken) : null;

    /// <summary>The row of an execution, or <c>null</c>; cheaper than <see cref="GetAsync"/>.</summary>
    public async Task<ExecutionRecord?> GetRecordAsync(ExecutionId id, CancellationToken cancellationToken) =>
        await _store.GetExecutionAsync(id, cancellationToken);

    /// <summary>Why an execution waits; <c>null</c> when there is none, or it has started.</summary>
    public async Task<ExecutionWait?> FindWaitAsync(ExecutionId id, CancellationToken cancellationToken) =>
        await _store.FindWaitAsync(id, cancellationToken);

    /// <summary>The execution that was submitted with a key, or <c>null</c>.</summary>
    public async Task<ExecutionRecord?> FindAsync(string idempotencyKey, CancellationToken cancellationToken) =>
        await _store.FindExecutionAsync(idempotencyKey, cancellationToken);

    /// <summary>Executions, newest first.</summary>
    public async Task<Page<ExecutionRecord>> ListAsync(ExecutionFilter filter, string? cursor, int limit, CancellationToken cancellationToken) =>
        await _store.ListExecutionsAsync(filter, cursor, limit, cancellationToken);

    /// <summary>
    /// Waits until an execution has ended or waits for a person. A question whose answer is stored is none any more: who answers
    /// and then waits is not asked the same again, however long it takes until a node takes the answer up.
    /// </summary>
    /// <exception cref="KeyNotFoundException">There is no such execution, or it was deleted meanwhile.</exception>
    public async Task<ExecutionResult> WaitAsync(ExecutionId id, CancellationToken cancellationToken)
    {
        FarExecution? far = null;
        var look = s_longestLook;
        try
        {
            while (true)
            {
                using var waiter = _services.Waiters.Wait(id);
                await (far?.ListenAsync(cancellationToken) ?? Task.CompletedTask);
                if (!_services.Waiters.IsRunning(Tenant, id))
                {
                    var record = await _store.GetExecutionAsync(id, cancellationToken) ?? throw new KeyNotFoundException($"There is no execution {id}.");
                    if (record.Status.IsEnd())
                    {
                        return await ReadAsync(record, cancellationToken);
                    }

                    var isFar = _services.Peers.CanFollow && !_services.Waiters.IsAccepted(id);
                    if (record.Status == ExecutionStatus.Interrupted && !waiter.Task.IsCompleted)
                    {
                        if (await AskedAsync(record, cancellationToken) is { } asked)
                        {
                            return asked;
                        }

                        // Which node takes the answer up is not known before it has done so, and nobody tells this one.
                        look = !isFar ? s_longestLook : look == s_longestLook ? s_firstLook : Min(look * 2, s_longestLook);
                    }
                    else
                    {
                        look = s_longestLook;
                    }

                    if (far is null && record.Status == ExecutionStatus.Running && isFar)
                    {
                        far = new FarExecution(_services, record);
                        continue;
                    }
                }

                // Of a question they look for themselves: it may have been answered before they began to wait.
                if (await ToldAsync(waiter, far, look, cancellationToken) is { Record.Status: not ExecutionStatus.Interrupted } result)
                {
                    return result;
                }
            }
        }
        finally
        {
            far?.Dispose();
        }
    }

    /// <summary>
    /// The events of an execution after a place (all of them without one), until it has ended. Can be joined late and resumed
    /// with the last id seen, without losing or repeating an event.
    /// </summary>
    /// <exception cref="KeyNotFoundException">There is no such execution.</exception>
    public async IAsyncEnumerable<StreamEvent> EventsAsync(
        ExecutionId id, EventId? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var record = await _store.GetExecutionAsync(id, cancellationToken) ?? throw new KeyNotFoundException($"There is no execution {id}.");
        var from = record.StartPosition is { } start && (after is null || after.Value.Position < start - 1) ? new EventId(start - 1, 0) : after;
        var stream = new ExecutionStream(_services, record.Thread, id, hasBegun: record.StartPosition is not null, new HeldAnswers(after == default(EventId) ? null : after));
        var events = record.EndPosition is { } end
            ? stream.ReadStoredAsync(from ?? default, end, cancellationToken)
            : stream.ReadAsync(from ?? default, cancellationToken);
        await foreach (var item in events)
        {
            yield return item;
        }
    }

    /// <summary>What those who wait are told, if they are told it; they look for themselves when something was heard, and after a while in any case.</summary>
    private async Task<ExecutionResult?> ToldAsync(EndWaiters.Waiter waiter, FarExecution? far, TimeSpan look, CancellationToken cancellationToken)
    {
        var told = waiter.Task;
        try
        {
            if (far is null)
            {
                return await told.WaitAsync(look, _services.Time, cancellationToken);
            }

            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            try
            {
                await Task.WhenAny(told, far.HearAsync(stop.Token)).WaitAsync(look, _services.Time, cancellationToken);
            }
            finally
            {
                await stop.CancelAsync();
            }

            return told.IsCompleted ? await told : null;
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    /// <summary>
    /// What an execution asks that slept a moment ago; <c>null</c> while something is in its inbox that answers a question of it or
    /// ends it. The inbox is read first: what has left it by then is in the row and the journal.
    /// </summary>
    private async Task<ExecutionResult?> AskedAsync(ExecutionRecord asleep, CancellationToken cancellationToken)
    {
        var (answered, isCancelled) = await InInboxAsync(asleep, cancellationToken);
        var record = isCancelled ? null : await _store.GetExecutionAsync(asleep.Id, cancellationToken);
        if (record is not { Status: ExecutionStatus.Interrupted })
        {
            return null;
        }

        var result = await ReadAsync(record, cancellationToken);
        return result.Interrupts.Any(open => answered.Contains(open.Id)) ? null
            : result.Interrupts.Count > 0 || (await _store.GetExecutionAsync(record.Id, cancellationToken))?.Status == ExecutionStatus.Interrupted ? result
            : null;
    }

    /// <summary>The questions of an execution whose answers nobody has taken up, and whether it is about to be cancelled.</summary>
    private async Task<(HashSet<string> Answered, bool IsCancelled)> InInboxAsync(ExecutionRecord record, CancellationToken cancellationToken)
    {
        var answered = new HashSet<string>(StringComparer.Ordinal);
        InboxPage page;
        var after = 0L;
        do
        {
            page = await _services.Store.ReadInboxAsync(record.Thread, after, cancellationToken);
            foreach (var signal in page.Signals)
            {
                after = signal.Number;
                if (signal.Kind == SignalKind.Cancel && (signal.Execution is null || signal.Execution == record.Id))
                {
                    return (answered, true);
                }

                if (signal.Kind == SignalKind.Decision && signal.Execution == record.Id)
                {
                    answered.Add(Decision.Read(signal.Body)?.InterruptId ?? "");
                }
            }
        }
        while (page.IsMore && page.Signals.Count > 0);
        return (answered, false);
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    /// <summary>Only the entries of the execution are folded: a result costs what the execution said, not what the thread did.</summary>
    private async Task<ExecutionResult> ReadAsync(ExecutionRecord record, CancellationToken cancellationToken)
    {
        var state = new JournalState();
        ExecutionCompleted? completed = null;
        long? continuedAt = null;
        var hasEnded = record.Status.IsEnd();
        var last = record.EndPosition ?? long.MaxValue;
        for (var next = record.StartPosition ?? long.MaxValue; next <= last;)
        {
            var entries = await _services.Loader.ReadAsync(record.Thread, next, last, cancellationToken);
            if (entries.Count == 0)
            {
                break;
            }

            foreach (var entry in entries)
            {
                next = entry.Position + 1;
                if (entry.Execution != record.Id)
                {
                    continue;
                }

                if (entry.Payload is ExecutionCompleted or ExecutionFailed or ExecutionCancelled or ExecutionTimedOut)
                {
                    completed = entry.Payload as ExecutionCompleted;
                    hasEnded = true;
                    last = entry.Position;
                }
                else if (entry.Payload is Forked or Rewound)
                {
                    continuedAt = entry.Position;
                }
                else if (continuedAt is null && !TryFold(state, entry))
                {
                    // What it gave until then, and how it stands, is still to be told.
                    next = long.MaxValue;
                    break;
                }
            }
        }

        if (continuedAt is not null)
        {
            // It began as another execution: what that one had done by then is only in the fold of the whole thread.
            state = await TryLoadAsync(record.Thread, record.Status.IsEnd() ? last - 1 : null, cancellationToken) ?? new JournalState();
        }

        if (state.Execution is not { } execution)
        {
            return new ExecutionResult { Record = record };
        }

        var result = Results.Of(record, state, execution);
        result = result with { Record = record, Interrupts = hasEnded ? [] : result.Interrupts };
        return completed is null ? result : result.WithOutput(
            state,
            execution,
            completed.MessageId is { } message
                ? result.Messages.LastOrDefault(candidate => candidate.Id == message && candidate.Role == Roles.Assistant)?.Content ?? default
                : completed.Output,
            completed.MessageId);
    }

    private static bool TryFold(JournalState state, Entry entry)
    {
        try
        {
            state.Fold(entry);
            return true;
        }
        catch (Exception exception) when (exception is JournalUnreadableException or NewerFormatException)
        {
            return false;
        }
    }

    /// <summary>A thread's state; <c>null</c> where its journal cannot be folded here.</summary>
    private async Task<JournalState?> TryLoadAsync(ThreadKey thread, long? position, CancellationToken cancellationToken)
    {
        try
        {
            return await _services.Loader.LoadAsync(thread, position, cancellationToken);
        }
        catch (Exception exception) when (exception is JournalUnreadableException or NewerFormatException)
        {
            return null;
        }
    }
}
