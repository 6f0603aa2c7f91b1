using Actant.Storage;

namespace Actant.Executions;

internal sealed partial class ExecutionLoop
{
    private static readonly TimeSpan s_pauseAfterOutage = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The loop could not go on. Where the store did not answer, the thread is given back as the journal has it. Where this
    /// program is at fault, trying again would fail again: the execution fails, and everything up to there is kept.
    /// </summary>
    private async Task RecoverAsync(Exception fault)
    {
        StopSteps(static _ => true);
        _services.Meter.StoreFailed(fault);
        var failure = fault is StoreUnavailableException ? null : new Failure
        {
            Code = "engine_fault",
            Message = $"The engine could not go on with this execution ({fault.GetType().Name}). The log of {_services.Options.Node} at {Now:O} has the details.",
        };
        for (var pause = s_firstPause; !_leaseLost.IsCancellationRequested; pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause)
        {
            try
            {
                if (await StartOverAsync())
                {
                    _ending = failure is null || _record is null ? null : Ending.Failed(failure);
                    await (_ending is null ? ReleaseAsync(LeaseChange.Sleep, Now + s_pauseAfterOutage, []) : EndAsync());
                }

                if (_isReleased)
                {
                    return;
                }
            }
            catch (Exception exception) when (exception is LeaseLostException or OperationCanceledException)
            {
                return;
            }
            catch (Exception exception)
            {
                LogBroken(_services.Log, exception, Thread, _lease.Epoch);
                _services.Meter.StoreFailed(exception);
                failure = exception is StoreUnavailableException ? failure : null;
            }

            _isReleased = false;
            await Task.Delay(pause, _services.Time, _leaseLost).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Forgets everything that is not stored. <c>false</c> when the thread is gone.</summary>
    private async Task<bool> StartOverAsync()
    {
        if (await _services.Store.For(Thread.Tenant).GetThreadAsync(Thread.Thread, _leaseLost) is not { } record)
        {
            _isReleased = true;
            return false;
        }

        _pending.Clear();
        _consumed.Clear();
        _changes.Clear();
        _inFlight = null;
        _work.Clear();
        _planned.Clear();
        _admitted.Clear();
        _stored = record.Position;
        _writer.Return(_stored + 1);
        _state = await _services.Loader.LoadAsync(Thread, _stored, _leaseLost);
        await (_services.Options.Watch?.BeganAsync(Thread, _lease.Epoch, _state) ?? ValueTask.CompletedTask);
        _cancelledInQueue.Clear();

        // Nothing of it is done: it is only seen, so that an end is not refused because of it.
        _seenSignal = (await _services.Store.ReadInboxAsync(Thread, long.MaxValue, _leaseLost)).SignalNumber;
        return true;
    }
}
