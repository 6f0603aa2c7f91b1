using System.Runtime.CompilerServices;
using Actant.Events;
using Actant.Journaling;
using Actant.Loops;
using Actant.Storage;

namespace Actant.Executions;

/// <summary>What executions gave, and what happens on them, as their rows and their journals say.</summary>
internal sealed class ResultReader(TenantScope scope, InboxReader inbox)
{
    /// <summary>An execution with everything it gave so far, without the questions whose answers are stored.</summary>
    public async Task<ExecutionResult?> GetAsync(ExecutionId id, CancellationToken cancellationToken)
    {
        var record = await scope.Store.GetExecutionAsync(id, cancellationToken);
        if (record is null)
        {
            return null;
        }

        using var room = await ViewRoom.EnterAsync(scope, record.Thread.Thread, cancellationToken);
        if (record.Status != ExecutionStatus.Interrupted && await ReadAsync(record, cancellationToken) is { Interrupts.Count: 0 } unasked)
        {
            return unasked;
        }

        // The inbox first: what has left it by then is in the row and the journal. An answer that a node has taken up stays in it until
        // that node commits, with durability `exit` not before the end.
        var (answered, _) = await inbox.ReadAsync(record, cancellationToken);
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
    public async Task<ExecutionResult?> ReadAsync(ExecutionId id, CancellationToken cancellationToken) =>
        await scope.Store.GetExecutionAsync(id, cancellationToken) is { } record ? await ReadAsync(record, cancellationToken) : null;

    /// <summary>The events of an execution after a place, until it has ended.</summary>
    public async IAsyncEnumerable<StreamEvent> EventsAsync(
        ExecutionId id, EventId? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var record = await scope.Store.GetExecutionAsync(id, cancellationToken) ?? throw new KeyNotFoundException($"There is no execution {id}.");
        var from = record.StartPosition is { } start && (after is null || after.Value.Position < start - 1) ? new EventId(start - 1, 0) : after;
        var stream = new ExecutionStream(scope.Services, record.Thread, id, hasBegun: record.StartPosition is not null, new HeldAnswers(after == default(EventId) ? null : after));
        var events = record.EndPosition is { } end
            ? stream.ReadStoredAsync(from ?? default, end, cancellationToken)
            : stream.ReadAsync(from ?? default, cancellationToken);
        await foreach (var item in events)
        {
            yield return item;
        }
    }

    /// <summary>Only the entries of the execution are folded: a result costs what the execution said, not what the thread did.</summary>
    public async Task<ExecutionResult> ReadAsync(ExecutionRecord record, CancellationToken cancellationToken)
    {
        var state = new JournalState();
        ExecutionCompleted? completed = null;
        long? continuedAt = null;
        var hasEnded = record.Status.IsEnd();
        var last = record.EndPosition ?? long.MaxValue;
        for (var next = record.StartPosition ?? long.MaxValue; next <= last;)
        {
            var entries = await scope.Services.Loader.ReadAsync(record.Thread, next, last, cancellationToken);
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
            state = await scope.Services.Loader.TryLoadAsync(record.Thread, record.Status.IsEnd() ? last - 1 : null, cancellationToken) ?? new JournalState();
        }

        if (state.Execution is not { } execution)
        {
            return new ExecutionResult { Record = record };
        }

        var result = Results.Of(record, state, execution);
        result = hasEnded ? result with { Record = record, Interrupts = [], Children = [], WakesAt = null, LimitedUntil = null }
            : result with { Record = record, LimitedUntil = result.LimitedUntil > scope.Services.Time.GetUtcNow() ? result.LimitedUntil : null };
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
}
