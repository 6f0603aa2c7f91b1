using Actant.Definitions;
using Actant.Journaling;
using Actant.Storage;

namespace Actant.Executions;

internal sealed partial class ExecutionLoop
{
    private const int LargestUnstoredBatch = 1000;

    private Task<AppendResult>? _inFlight;
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
    private bool MayDefer => Durability == Durability.Exit && !_mustWait && _inboxIsRead && _pending.Count < LargestUnstoredBatch;

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
    private async Task<AppendResult> AppendAsync(LeaseChange lease, DateTimeOffset? due, IReadOnlyList<ExecutionChange> changes)
    {
        List<Entry> entries = [.. _pending];
        List<long> consumed = [.. _consumed];
        List<ExecutionChange> all = [.. _changes.Where(earlier => changes.All(change => change.Execution != earlier.Execution)), .. changes];
        var isStep = _isStep;
        _pending.Clear();
        _consumed.Clear();
        _changes.Clear();
        _mustCommit = _isStep = false;
        var result = await _writer.AppendAsync(
            entries,
            request => request with
            {
                SeenSignal = _seenSignal,
                Consumed = consumed,
                Executions = all,
                Usage = UsageOf(entries),
                Lease = lease,
                Due = due,
                IsStep = isStep,
            },
            _leaseLost);
        if (result.Outcome is AppendOutcome.Stored or AppendOutcome.Replayed && entries.Count > 0)
        {
            _stored = entries[^1].Position;
            _live.Stored(entries);
            if (isStep)
            {
                _stepStored();
            }
        }
        else if (result.Outcome == AppendOutcome.CancelRequested)
        {
            _pending.AddRange(entries);
            _consumed.AddRange(consumed);
            _changes.AddRange(all.SkipLast(changes.Count));
            _isStep |= isStep;
            return result;
        }

        foreach (var change in all.SkipLast(changes.Count).Where(change => change.Status.IsEnd()))
        {
            _services.Waiters.Tell(change.Execution, null);
            _services.Meter.Ended(null, change.Status, change.Failure, Now);
        }

        return result;
    }

    private UsageAmount[] UsageOf(List<Entry> entries)
    {
        List<UsageAmount>? amounts = null;
        foreach (var entry in entries)
        {
            if (_record is not { } record || entry.Payload is not ModelAnswered answered)
            {
                continue;
            }

            var amount = UsageOf(answered, record.Agent);
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

    private static UsageAmount UsageOf(ModelAnswered answered, string agent) => new()
    {
        Agent = agent,
        Provider = answered.ModelSource,
        Model = answered.Model,
        Calls = 1,
        InputTokens = answered.Usage.Input,
        CachedTokens = answered.Usage.Cached,
        OutputTokens = answered.Usage.Output,
        ReasoningTokens = answered.Usage.Reasoning,
        CostUsd = answered.CostUsd,
    };

    private async ValueTask SettleAsync(AppendResult result)
    {
        switch (result.Outcome)
        {
            case AppendOutcome.LeaseLost:
                throw new LeaseLostException();
            case AppendOutcome.PositionConflict:
                throw new InvalidOperationException($"Somebody else wrote to {Thread} behind position {_stored} under this lease.");
            case AppendOutcome.Replayed when result.LeaseIsGone:
                throw new LeaseLostException();
        }

        if (result.SignalNumber > _seenSignal && !_isReleased)
        {
            await TakeSignalsAsync();
        }

        // A snapshot holds the whole conversation: their distance grows with it, so that all of them together cost no more than
        // a few times what was said.
        if (_stored - _state.Snapshot >= Math.Max(_services.Options.SnapshotEntries, _state.Snapshot / 4)
            && _pending.Count == 0 && _inFlight is null && _stored == _state.Position)
        {
            await WriteSnapshotAsync();
        }
    }

    /// <summary>A snapshot spares work later; without it the journal is still all there is to know.</summary>
    private async ValueTask WriteSnapshotAsync()
    {
        _state.Snapshot = _stored;
        try
        {
            await _services.Store.WriteSnapshotAsync(
                Thread, new StoredSnapshot(_stored, JournalState.FoldVersion, ThreadSnapshots.Write(_state)), _leaseLost);
        }
        catch (StoreUnavailableException exception)
        {
            // The next one will do.
            _services.Meter.StoreFailed(exception);
        }
    }
}
