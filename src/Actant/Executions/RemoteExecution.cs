using Actant.Events;
using Actant.Journaling;
using Actant.Loops;
using Actant.Storage;

namespace Actant.Executions;

/// <summary>
/// Somebody here waits for an execution that another node runs and that this node did not accept: nobody would notify it. So its
/// thread is followed as by a reader, through the other node.
/// </summary>
internal sealed class RemoteExecution : IDisposable
{
    private readonly LoopServices _services;
    private readonly ThreadKey _thread;
    private readonly ExecutionId _execution;
    private readonly LiveThread _live;
    private LiveThread.Subscription? _subscription;
    private bool _isFollowed;

    public RemoteExecution(LoopServices services, ExecutionRecord record)
    {
        (_services, _thread, _execution) = (services, record.Thread, record.Id);
        _live = services.Hub.Acquire(_thread);
    }

    /// <summary>Begins to listen, again after something was heard. What the store says afterwards is changed by nothing unheard.</summary>
    public async Task ListenAsync(CancellationToken cancellationToken)
    {
        _subscription?.Dispose();
        _subscription = _live.Subscribe();
        _isFollowed = await _services.Peers.TryFollowAsync(_thread, _live).WaitAsync(cancellationToken);
    }

    /// <summary>Ends when it may have ended or asked, or when another node may own it now; never if nobody can be followed.</summary>
    public async Task HearAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (_isFollowed && await _subscription!.Events.WaitToReadAsync(cancellationToken))
            {
                while (_subscription.Events.TryRead(out var item))
                {
                    if (item is StreamEvent.Stored { Entry.Payload: ExecutionCompleted or ExecutionFailed or ExecutionCancelled or ExecutionTimedOut or Interrupted } stored
                        && stored.Entry.Execution == _execution)
                    {
                        return;
                    }
                }
            }
        }
        catch (ReaderTooSlowException)
        {
            return;
        }

        if (!_isFollowed)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, _services.Time, cancellationToken);
        }
    }

    public void Dispose()
    {
        _subscription?.Dispose();
        _services.Hub.Release(_thread, _live);
    }
}
