using Actant.Definitions;
using Actant.Journaling;
using Actant.Storage;

namespace Actant.Loops;

internal sealed partial class ExecutionLoop
{
    // A little less than one append takes, so that what comes in one piece on top seldom needs a second one.
    private const int LargestUnstoredBatch = 900;
    private const int LargestUnstoredBytes = 3 * 1024 * 1024;

    private Task<AppendResult>? _inFlight;
    private long _pendingBytes;
    private bool _mustWait;

    /// <summary>
    /// Stores what must be stored before what follows. Outcomes without effect alone wait for the next effect: should the process
    /// die before, they are decided again from the same state.
    /// </summary>
    private async Task CommitAsync()
    {
        if (!_mustCommit || MayDefer)
        {
            return;
        }

        await LandAsync();
        if (Durability == Durability.Async && !_mustWait)
        {
            _inFlight = AppendAsync(LeaseChange.Keep, null, []);
            _ = _inFlight.ContinueWith(_ => _mailbox.Writer.TryWrite(LoopMessage.Time), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
        else
        {
            await SettleAsync(await AppendAsync(LeaseChange.Keep, null, []));
        }

        _mustWait = false;
    }

    private Durability Durability => _program?.Definition.Durability ?? Durability.Sync;

    /// <summary>Whether what is finished may stay unstored until the end.</summary>
    private bool MayDefer => Durability == Durability.Exit && !_mustWait && _inboxIsRead && !IsFull;

    /// <summary>Whether so much is decided and not stored that it is time to, whatever else would wait for a later commit.</summary>
    private bool IsFull => _pending.Count >= LargestUnstoredBatch || _pendingBytes >= LargestUnstoredBytes;

    /// <summary>Waits for the append that runs ahead, if one does.</summary>
    private async Task LandAsync()
    {
        if (_inFlight is { } inFlight)
        {
            _inFlight = null;
            await SettleAsync(await inFlight);
        }
    }

    /// <summary>Hands all pending entries to the store, and to readers as soon as they are stored.</summary>
    private async Task<AppendResult> AppendAsync(LeaseChange lease, DateTimeOffset? due, IReadOnlyList<ExecutionChange> changes, IReadOnlyList<string>? needs = null)
    {
        List<Entry> entries = [.. _pending];
        List<(long Number, long Position)> consumed = [.. _consumed];
        List<(ExecutionChange Change, long Position)> earlier = [.. _changes.Where(earlier => changes.All(change => change.Execution != earlier.Change.Execution))];
        var outbox = _outbox;
        var isStep = _isStep;
        var sent = 0L;
        ClearPending();
        _mustCommit = _isStep = false;
        var result = await _writer.AppendAsync(
            entries,
            (request, part, isLast) =>
            {
                // What an entry answers and changes goes with it: between two parts the process may die.
                var to = isLast ? long.MaxValue : part[^1].Position;
                var complete = request with
                {
                    SeenSignal = _seenSignal,
                    Consumed = [.. consumed.Where(signal => signal.Position > sent && signal.Position <= to).Select(static signal => signal.Number)],
                    Executions = [.. earlier.Where(change => change.Position > sent && change.Position <= to).Select(static change => change.Change), .. isLast ? changes : []],
                    Outbox = Within(outbox, sent, to),
                    Usage = UsageOf(part),
                    Lease = isLast ? lease : LeaseChange.Keep,
                    Due = isLast ? due : null,
                    Needs = isLast ? needs ?? [] : [],
                    IsStep = isStep || (isLast && changes.Any(static change => change.Status.IsEnd())),
                };
                sent = isLast ? sent : to;
                return complete;
            },
            part => Stored(part, isStep),
            _leaseLost);
        if (result.Outcome is AppendOutcome.Stored or AppendOutcome.Replayed && entries.Count > 0 && !(result.LeaseIsGone && _stored < sent))
        {
            Stored(_stored < entries[0].Position ? entries : [.. entries.SkipWhile(entry => entry.Position <= _stored)], isStep);
        }
        else if (result.Outcome == AppendOutcome.CancelRequested)
        {
            foreach (var entry in entries.SkipWhile(entry => entry.Position <= _stored))
            {
                AddPending(entry);
            }

            _consumed.AddRange(consumed.Where(signal => signal.Position > sent));
            _changes.AddRange(earlier.Where(change => change.Position > sent));
            _outbox = outbox?.FindAll(row => row.Position > sent);
            _isStep |= isStep;
            return result;
        }

        if (outbox is not null)
        {
            _services.Outbox.Look();
        }

        foreach (var (change, _) in earlier.Where(earlier => earlier.Change.Status.IsEnd()))
        {
            _services.Waiters.Tell(change.Execution, null);
            _services.Meter.Ended(null, change.Status, change.Failure, Now);
        }

        return result;
    }

    private void Stored(IReadOnlyList<Entry> entries, bool isStep)
    {
        _stored = entries[^1].Position;
        _unstored.RemoveAll(outcome => outcome.Position <= _stored);
        _live.Stored(entries);
        if (isStep)
        {
            _stepStored();
        }
    }

    private void AddPending(Entry entry)
    {
        _pending.Add(entry);
        _pendingBytes += EntryWeight.Of(entry.Payload);
    }

    private void ClearPending()
    {
        _pending.Clear();
        _consumed.Clear();
        _changes.Clear();
        _outbox = null;
        _pendingBytes = 0;
    }

    /// <summary>The change is stored with the last entry that was made.</summary>
    private void Note(ExecutionChange change) => _changes.Add((change, _writer.Next - 1));

    private UsageAmount[] UsageOf(IReadOnlyList<Entry> entries)
    {
        List<UsageAmount>? amounts = null;
        foreach (var entry in entries)
        {
            if (_record is not { } record || UsageOf(entry.Payload, record.Agent) is not { } amount)
            {
                continue;
            }

            var same = amounts?.FindIndex(earlier => earlier.Provider == amount.Provider && earlier.Model == amount.Model) ?? -1;
            if (same >= 0)
            {
                amounts![same] = amounts[same].Plus(amount);
            }
            else
            {
                (amounts ??= []).Add(amount);
            }
        }

        return amounts?.ToArray() ?? [];
    }

    /// <summary>What an answer took, or an attempt that gave none; <c>null</c> for anything else.</summary>
    private static UsageAmount? UsageOf(EntryPayload payload, string agent) => payload switch
    {
        ModelAnswered answered => UsageOf(agent, answered.ModelSource, answered.Model, answered.Usage, answered.CostUsd),
        AttemptFailed { Usage: { } usage } failed => UsageOf(agent, failed.ModelSource ?? "", failed.Model ?? "", usage, failed.CostUsd),
        _ => null,
    };

    private static UsageAmount UsageOf(string agent, string provider, string model, Usage usage, decimal costUsd) => new()
    {
        Agent = agent,
        Provider = provider,
        Model = model,
        Calls = 1,
        InputTokens = usage.Input,
        CachedTokens = usage.Cached,
        OutputTokens = usage.Output,
        ReasoningTokens = usage.Reasoning,
        CostUsd = costUsd,
    };

    private async ValueTask SettleAsync(AppendResult result)
    {
        switch (result.Outcome)
        {
            case AppendOutcome.LeaseLost:
                throw new LeaseLostException();
            case AppendOutcome.PositionConflict:
                throw new PositionConflictException(Thread, _stored);
            case AppendOutcome.Replayed when result.LeaseIsGone:
                throw new LeaseLostException();
        }

        if (result.SignalNumber > _seenSignal && !_isReleased)
        {
            await TakeSignalsAsync();
        }

        // A snapshot holds the whole conversation: their distance grows with it, so that all of them together cost no more than
        // a few times what was said.
        if (Math.Max(_stored - _state.Snapshot, _state.Replayed) >= Math.Max(_services.Options.SnapshotEntries, _state.Snapshot / 4)
            && _pending.Count == 0 && _inFlight is null && _stored == _state.Position)
        {
            await WriteSnapshotAsync();
        }
    }

    /// <summary>A snapshot spares work later; without it the journal is still all there is to know.</summary>
    private async ValueTask WriteSnapshotAsync()
    {
        (_state.Snapshot, _state.Replayed) = (_stored, 0);
        if (_state.Scopes.Values.Sum(static scope => scope.Bytes) > StorageLimits.MaxContentBytes)
        {
            return;
        }

        var content = ThreadSnapshots.Write(_state);
        if (content.Length > StorageLimits.MaxContentBytes)
        {
            // The thread is folded from its entries then, as after any snapshot that is lost.
            return;
        }

        try
        {
            await _services.Store.WriteSnapshotAsync(Thread, new StoredSnapshot(_stored, JournalState.FoldVersion, content), _leaseLost);
        }
        catch (StoreUnavailableException exception)
        {
            // The next one will do.
            _services.Meter.StoreFailed(exception);
        }
    }
}
