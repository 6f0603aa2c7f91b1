using System.Text.Json;
using Actant.Journaling;
using Actant.Storage;

namespace Actant.Executions;

public sealed partial class ExecutionClient
{
    /// <summary>A thread, or <c>null</c>.</summary>
    public async Task<ThreadRecord?> GetThreadAsync(string thread, CancellationToken cancellationToken) =>
        await _store.GetThreadAsync(thread, cancellationToken);

    /// <summary>Threads, most recently changed first.</summary>
    public async Task<Page<ThreadRecord>> ListThreadsAsync(string? cursor, int limit, CancellationToken cancellationToken) =>
        await _store.ListThreadsAsync(cursor, limit, cancellationToken);

    /// <summary>A thread's state at a position (the last one if absent), or <c>null</c> when there is no such thread or position.</summary>
    /// <exception cref="JournalUnreadableException">An entry that counts for it cannot be read.</exception>
    /// <exception cref="NewerFormatException">An entry that counts for it is of a newer release.</exception>
    public async Task<ThreadView?> GetStateAsync(string thread, long? position, CancellationToken cancellationToken)
    {
        var record = await _store.GetThreadAsync(thread, cancellationToken);
        if (record is null || position < 0 || position > record.Position)
        {
            return null;
        }

        var state = await _services.Loader.LoadAsync(record.Thread, position ?? record.Position, cancellationToken);
        var values = state.Root.Values.ToDictionary(StringComparer.Ordinal);
        foreach (var (key, items) in state.Root.Lists)
        {
            values[key] = JsonSerializer.SerializeToElement(items, JournalJson.Default.ListJsonElement);
        }

        return new ThreadView
        {
            Thread = record.Thread,
            Position = state.Position,
            Values = values,
            Messages = [.. state.Root.Messages.Select(message => message.Message)],
            Execution = state.Execution?.Id,
            Interrupts = [.. (state.Execution?.OpenInterrupts ?? []).Select(interrupt => interrupt.Interrupt)],
        };
    }

    /// <summary>
    /// A thread's entries from a position on, at most 500, and fewer where they are large. One that cannot be read, or that a newer release wrote, is an
    /// <see cref="UnknownPayload"/>. Each position is a checkpoint: its state can be read, forked and gone back to.
    /// </summary>
    public async Task<IReadOnlyList<Entry>> GetHistoryAsync(string thread, long from, int limit, CancellationToken cancellationToken)
    {
        var first = Math.Max(from, 1);
        var count = Math.Clamp(limit, 1, 500);
        return await _services.Loader.ReadAsync(new ThreadKey(Tenant, thread), first, first + count - 1, cancellationToken);
    }

    /// <summary>
    /// Copies a thread up to a position into a new one. An execution that was open there goes on in the copy under a new id if
    /// asked to: what it does after that position happens again.
    /// </summary>
    public Task<Reply<Branch>> ForkAsync(string thread, long position, string? target, bool continues, CancellationToken cancellationToken) =>
        ForkAsync(thread, position, target, continues, idempotencyKey: null, cancellationToken);

    /// <summary>A fork that, asked for again with the same key, is the first one; with another body it is a conflict.</summary>
    public async Task<Reply<Branch>> ForkAsync(
        string thread, long position, string? target, bool continues, string? idempotencyKey, CancellationToken cancellationToken)
    {
        var key = KeyOf(idempotencyKey, $"fork\n{thread}\n{position}\n{target}\n{continues}");
        if (await KnownAsync(key, cancellationToken) is { } known)
        {
            return known;
        }

        if (target is not null && !NameRules.IsAddressable(target))
        {
            return Reply<Branch>.Refused("invalid_id", "`thread_id` must have 1 to 255 printable characters, and not be `.` or `..`.");
        }

        var (state, refusal) = await TryGetStateAsync(thread, position, cancellationToken);
        if (state is not { Position: > 0 })
        {
            return refusal is null ? await NoPositionAsync(thread, position, cancellationToken) : Actant.Reply<Branch>.Refused(refusal);
        }

        await _services.Time.EnsureAsync(cancellationToken);
        var name = target ?? _services.Ids.Next().ToString("D");
        var next = continues ? await ContinuationAsync(state, name, isTold: false, cancellationToken) : null;
        var entry = Encode(new Forked { From = thread, Position = position, Continues = next?.Id, Principal = _principal }, next?.Id, position + 1);
        var outcome = await _store.ForkAsync(
            new ForkRequest { Source = thread, Position = position, Target = name, Entry = entry, Continues = next, Key = key, Format = EntryCodec.Format }, cancellationToken);
        return await KnownAsync(outcome == BranchOutcome.KeyKnown ? key : null, cancellationToken)
            ?? Reply(outcome, new Branch(new ThreadKey(Tenant, name), position + 1, next?.Id), name);
    }

    /// <summary>
    /// Takes a thread back to a position; what came after stays in its history. Only while no execution is open or queued on
    /// it. An execution that was open at that position goes on under a new id if asked to.
    /// </summary>
    public Task<Reply<Branch>> RewindAsync(string thread, long position, bool continues, CancellationToken cancellationToken) =>
        RewindAsync(thread, position, continues, idempotencyKey: null, cancellationToken);

    /// <summary>A rewind that, asked for again with the same key, is the first one; with another body it is a conflict.</summary>
    public async Task<Reply<Branch>> RewindAsync(string thread, long position, bool continues, string? idempotencyKey, CancellationToken cancellationToken)
    {
        var key = KeyOf(idempotencyKey, $"rewind\n{thread}\n{position}\n{continues}");
        if (await KnownAsync(key, cancellationToken) is { } known)
        {
            return known;
        }

        var (state, refusal) = await TryGetStateAsync(thread, position, cancellationToken);
        if (state is null)
        {
            return refusal is null ? await NoPositionAsync(thread, position, cancellationToken) : Actant.Reply<Branch>.Refused(refusal);
        }

        await _services.Time.EnsureAsync(cancellationToken);
        var now = (await _store.GetThreadAsync(thread, cancellationToken))?.Position ?? 0;
        var next = continues ? await ContinuationAsync(state, thread, isTold: true, cancellationToken) : null;
        var entry = Encode(new Rewound { To = position, Continues = next?.Id, Principal = _principal }, next?.Id, now + 1);
        var outcome = await _store.RewindAsync(
            new RewindRequest { Thread = thread, Expected = now, Entry = entry, Continues = next, Key = key, Format = EntryCodec.Format }, cancellationToken);
        return await KnownAsync(outcome == BranchOutcome.KeyKnown ? key : null, cancellationToken)
            ?? Reply(outcome, new Branch(new ThreadKey(Tenant, thread), now + 1, next?.Id), thread);
    }

    /// <summary>Deletes a thread with everything on it; what runs on it is cancelled. <c>false</c> when there is none.</summary>
    public async Task<bool> DeleteThreadAsync(string thread, CancellationToken cancellationToken)
    {
        var key = new ThreadKey(Tenant, thread);
        var existed = await _store.DeleteThreadAsync(thread, cancellationToken);
        _scheduler.LeaseEnded(key);
        _services.Cache.Take(key);
        _services.Hub.Close(key);
        return existed;
    }

    /// <summary>
    /// Deletes all threads about a subject, and their forks, as <see cref="DeleteThreadAsync"/> does, until there is none; answers with how
    /// many. Repeatable: what fails half-way is finished by the next call.
    /// </summary>
    public async Task<int> EraseSubjectAsync(string subject, CancellationToken cancellationToken)
    {
        var (erased, after) = (0, (string?)null);
        while (true)
        {
            var threads = await _store.FindThreadsAsync(subject, after, StorageLimits.MaxItems, cancellationToken);
            if (threads.Count == 0)
            {
                return erased;
            }

            foreach (var thread in threads)
            {
                erased += await DeleteThreadAsync(thread, cancellationToken) ? 1 : 0;
            }

            after = threads[^1];
        }
    }

    private static BranchKey? KeyOf(string? idempotencyKey, string asked) =>
        idempotencyKey is null ? null : new BranchKey(idempotencyKey, BlobHash.Of(System.Text.Encoding.UTF8.GetBytes(asked)));

    /// <summary>What the key made before, or that it stands for something else.</summary>
    private async Task<Reply<Branch>?> KnownAsync(BranchKey? key, CancellationToken cancellationToken)
    {
        if (key is null)
        {
            return null;
        }

        if (!NameRules.IsName(key.Key))
        {
            return Actant.Reply<Branch>.Refused("invalid_id", "An idempotency key must have 1 to 255 printable characters.");
        }

        return await _store.FindBranchAsync(key.Key, cancellationToken) is not { } known ? null
            : known.Fingerprint == key.Fingerprint
                ? Actant.Reply<Branch>.Done(new Branch(new ThreadKey(Tenant, known.Thread), known.Position, known.Execution), isReplayed: true)
                : Actant.Reply<Branch>.Refused(
                    "idempotency_conflict", $"The idempotency key `{key.Key}` was used with another body. Use a new key, or send the same body.");
    }

    private async Task<(ThreadView? State, Refusal? Refusal)> TryGetStateAsync(string thread, long position, CancellationToken cancellationToken)
    {
        try
        {
            return (await GetStateAsync(thread, position, cancellationToken), null);
        }
        catch (JournalUnreadableException exception)
        {
            return (null, new Refusal("journal_unreadable", $"{exception.Message} Positions before it can be used."));
        }
        catch (NewerFormatException exception)
        {
            return (null, new Refusal("newer_format", exception.Message));
        }
    }

    /// <param name="state">Where it goes on.</param>
    /// <param name="thread">On which thread.</param>
    /// <param name="isTold">Whether those are told who wait for the one that it goes on from.</param>
    /// <param name="cancellationToken">Gives up.</param>
    private async Task<Submission?> ContinuationAsync(ThreadView state, string thread, bool isTold, CancellationToken cancellationToken)
    {
        if (state.Execution is not { } open || await _store.GetExecutionAsync(open, cancellationToken) is not { } record)
        {
            return null;
        }

        var program = await _services.Programs.GetAsync(Tenant, record.Definition, cancellationToken);
        return new Submission
        {
            Id = new ExecutionId(_services.Ids.Next()),
            Thread = thread,
            Agent = record.Agent,
            Definition = record.Definition,
            Input = default,
            Priority = record.Priority,
            Tags = isTold || record.Tags is null ? record.Tags : record.Tags with { DeliverTo = null },
            Deadline = DeadlineOf(program.Definition.Limits.Timeout),
        };
    }

    private EncodedEntry Encode(EntryPayload payload, ExecutionId? execution, long position) => EntryCodec.Encode(new Entry
    {
        Id = _services.Ids.Next(),
        Position = position,
        Execution = execution,
        At = _services.Time.GetUtcNow(),
        Payload = payload,
    }).Entry;

    private Reply<Branch> Reply(BranchOutcome outcome, Branch branch, string thread)
    {
        if (outcome is BranchOutcome.Stored or BranchOutcome.Replayed)
        {
            _scheduler.Look();
        }

        return outcome switch
        {
            BranchOutcome.Stored or BranchOutcome.Replayed => Actant.Reply<Branch>.Done(branch),
            BranchOutcome.TargetExists => Actant.Reply<Branch>.Refused("thread_exists", $"There is a thread `{thread}` already."),
            BranchOutcome.Busy or BranchOutcome.PositionConflict => Actant.Reply<Branch>.Refused(
                "thread_busy", $"Something runs or waits on the thread `{thread}`. Cancel it or let it end first."),
            _ => Actant.Reply<Branch>.Refused("thread_not_found", $"There is no thread `{thread}`."),
        };
    }

    private async Task<Reply<Branch>> NoPositionAsync(string thread, long position, CancellationToken cancellationToken) =>
        await _store.GetThreadAsync(thread, cancellationToken) is { } record
            ? Actant.Reply<Branch>.Refused("position_not_found", $"The thread `{thread}` has the positions 1 to {record.Position}, not {position}.")
            : Actant.Reply<Branch>.Refused("thread_not_found", $"There is no thread `{thread}`.");
}
