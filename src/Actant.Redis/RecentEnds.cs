namespace Actant.Redis;

/// <summary>
/// Which executions have ended here, for a moment: their ends come through the outbox, and must not overtake what the loop published before. Safe
/// for concurrent use.
/// </summary>
internal sealed class RecentEnds
{
    private const int Most = 4096;

    private readonly Lock _lock = new();
    private readonly HashSet<ExecutionId> _known = [];
    private readonly Queue<ExecutionId> _order = [];
    private readonly Dictionary<ExecutionId, TaskCompletionSource> _awaited = [];

    /// <summary>A loop of this process has published the end of an execution.</summary>
    public void Add(ExecutionId execution)
    {
        lock (_lock)
        {
            if (_awaited.Remove(execution, out var awaited))
            {
                awaited.TrySetResult();
                return;
            }

            if (_known.Add(execution))
            {
                _order.Enqueue(execution);
                if (_order.Count > Most)
                {
                    _known.Remove(_order.Dequeue());
                }
            }
        }
    }

    /// <summary>Until the end was published here, or so much time has passed that whoever published it elsewhere is done.</summary>
    public async Task WaitAsync(ExecutionId execution, TimeSpan longest, TimeProvider time, CancellationToken cancellationToken)
    {
        Task published;
        lock (_lock)
        {
            if (_known.Contains(execution))
            {
                return;
            }

            if (!_awaited.TryGetValue(execution, out var awaited))
            {
                _awaited.Add(execution, awaited = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            }

            published = awaited.Task;
        }

        try
        {
            await Task.WhenAny(published, Task.Delay(longest, time, cancellationToken)).ConfigureAwait(false);
        }
        finally
        {
            lock (_lock)
            {
                _awaited.Remove(execution);
            }
        }
    }
}
