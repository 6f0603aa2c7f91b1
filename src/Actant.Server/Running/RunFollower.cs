using Actant.Events;

namespace Actant.Server.Running;

/// <summary>Shows events while an execution runs, and knows how far it has come.</summary>
internal sealed class RunFollower(RunView view)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _position;
    private bool _ended;

    public async Task FollowAsync(IAsyncEnumerable<StreamEvent> events, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var item in events.WithCancellation(cancellationToken))
            {
                view.Show(item);
                Move(item.Id.Position, ended: false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Whoever cancels has seen enough.
        }
        finally
        {
            Move(0, ended: true);
        }
    }

    /// <summary>Ends when everything up to a position has been shown.</summary>
    public async Task CaughtUpAsync(long position)
    {
        while (true)
        {
            Task moved;
            lock (_gate)
            {
                if (_ended || _position >= position)
                {
                    return;
                }

                moved = _moved.Task;
            }

            await moved;
        }
    }

    private void Move(long position, bool ended)
    {
        TaskCompletionSource moved;
        lock (_gate)
        {
            _position = Math.Max(_position, position);
            _ended |= ended;
            moved = _moved;
            _moved = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        moved.SetResult();
    }
}
