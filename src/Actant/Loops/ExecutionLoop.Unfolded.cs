using Actant.Journaling;
using Actant.Signals;
using Actant.Storage;
using Microsoft.Extensions.Logging;

namespace Actant.Loops;

internal sealed partial class ExecutionLoop
{
    private const string JournalUnreadable = "journal_unreadable";

    private bool _isUnfolded;

    /// <summary>
    /// Ends the open or next execution without its fold, behind what the journal holds: it fails, or is cancelled if somebody asked for
    /// that. The slot is free then, and nobody takes the thread again for nothing.
    /// </summary>
    private async Task EndUnfoldedAsync(Failure failure)
    {
        if (!await ForgetAsync())
        {
            return;
        }

        // There is no state: none to apply entries to, to keep, or to make a snapshot of.
        (_state, _isUnfolded, _isKept) = (new JournalState(), true, true);
        var cancel = await ReadUnfoldedAsync();
        _ending = null;
        Entry? end = null;
        ExecutionChange? change = null;
        if (_record is { } record)
        {
            (end, change) = WriteEnd(record, cancel, failure);
        }

        var stored = await AppendAsync(LeaseChange.Release, null, change is null ? [] : [change]);
        if (stored.Outcome == AppendOutcome.CancelRequested)
        {
            // It came in this moment, and is read with the next try.
            await EndUnfoldedAsync(failure);
            return;
        }

        _isReleased = true;
        await SettleAsync(stored);
        if (failure.Code == JournalUnreadable)
        {
            _services.Meter.Unreadable();
        }

        if (end is not null && change is not null)
        {
            _services.Meter.Ended(_record!, change.Status, change.Failure, end.At);
            var ended = _record! with
            {
                Status = change.Status,
                EndedAt = end.At,
                EndPosition = _stored,
                StartPosition = change.StartPosition,
                Failure = change.Failure,
            };
            _services.Waiters.Tell(ended.Id, new ExecutionResult { Record = ended });
        }
    }

    private (Entry End, ExecutionChange Change) WriteEnd(ExecutionRecord record, CancelRequest? request, Failure failure)
    {
        var end = Write(
            request is null ? new ExecutionFailed { Failure = failure } : new ExecutionCancelled { Reason = request.Reason, Principal = request.Principal }, execution: record.Id);
        Deliver(end, record.Id, request is null ? ExecutionStatus.Failed : ExecutionStatus.Cancelled, record.Tags?.DeliverTo);
        if (request?.RollsBack == true && record.StartPosition > 1)
        {
            AddPending(_writer.Create(new Rewound { To = record.StartPosition.Value - 1, Principal = request.Principal }, null));
        }

        return (end, new ExecutionChange
        {
            Execution = record.Id,
            Status = request is null ? ExecutionStatus.Failed : ExecutionStatus.Cancelled,
            StartPosition = record.StartPosition ?? end.Position,
            Failure = request is null ? failure : null,
            Tokens = record.Tokens,
            CostUsd = record.CostUsd,
        });
    }

    /// <summary>
    /// Reads the whole inbox: what concerns the execution that ends is answered by its end, cancels of those that wait behind it are carried
    /// out, and what nobody can do without a state stays.
    /// </summary>
    /// <returns>The cancel of the execution that ends.</returns>
    private async Task<CancelRequest?> ReadUnfoldedAsync()
    {
        CancelRequest? cancel = null;
        InboxPage page;
        _seenSignal = 0;
        do
        {
            page = await _services.Store.ReadInboxAsync(Thread, _seenSignal, _leaseLost);
            foreach (var signal in page.Signals)
            {
                _seenSignal = signal.Number;
                if (signal.Execution is { } named && named == _record?.Id)
                {
                    Consume(signal);
                    cancel ??= signal.Kind == SignalKind.Cancel ? CancelRequest.Read(signal.Body) : null;
                }
                else if (signal.Kind == SignalKind.Cancel)
                {
                    Cancel(signal);
                }
                else if (signal.Kind == SignalKind.Decision || (signal.Kind == SignalKind.Stop && signal.Target is not { StartPosition: null, EndedAt: null }))
                {
                    Consume(signal);
                }
            }
        }
        while (page.IsMore);

        _seenSignal = Math.Max(Math.Max(_seenSignal, page.SignalNumber), _lease.SignalNumber);
        return cancel;
    }

    /// <summary>
    /// Gives the thread back to nodes of a newer release, without having seen anything: from now on only such a node takes it.
    /// </summary>
    private async Task LeaveToNewerAsync(NewerFormatException newer)
    {
        StopSteps(static _ => true);
        LogNewer(_services.Log, Thread, newer.Position, newer.Format);
        if (await ForgetAsync())
        {
            var result = await _writer.AppendAsync([], (request, _, _) => request with { Lease = LeaseChange.Release, Format = newer.Format }, null, _leaseLost);
            _isReleased = true;
            await SettleAsync(result);
        }
    }

    private void LogFault(Exception exception)
    {
        if (exception is JournalUnreadableException unreadable)
        {
            LogUnreadable(_services.Log, Thread, _lease.Epoch, unreadable.Position, unreadable.Reason, _record?.Id);
        }
        else
        {
            LogBroken(_services.Log, exception, Thread, _lease.Epoch);
        }
    }

    [LoggerMessage(EventId = 1003, Level = LogLevel.Error, Message = "Thread {Thread} (epoch {Epoch}) cannot be folded: entry {Position}: {Reason} Execution {Execution} is ended; what runs on the thread next ends too, until somebody goes back behind that entry.")]
    private static partial void LogUnreadable(ILogger logger, ThreadKey thread, long epoch, long position, string reason, ExecutionId? execution);

    [LoggerMessage(EventId = 1004, Level = LogLevel.Warning, Message = "Thread {Thread} is left to nodes of a newer release: entry {Position} needs format {Format}.")]
    private static partial void LogNewer(ILogger logger, ThreadKey thread, long position, int format);
}
