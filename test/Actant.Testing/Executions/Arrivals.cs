namespace Actant.Testing.Executions;

/// <summary>What arrives while a test runs, for a test that waits for it: each arrival is given to one waiter, in order.</summary>
public sealed class Arrivals<T>
{
    private readonly Lock _gate = new();
    private readonly List<T> _open = [];
    private readonly List<(Func<T, bool> Matches, TaskCompletionSource<T> Source)> _waiters = [];
    private int _count;

    /// <summary>How many ever arrived.</summary>
    public int Count => Volatile.Read(ref _count);

    public void Add(T item)
    {
        lock (_gate)
        {
            _count++;
            var index = _waiters.FindIndex(waiter => waiter.Matches(item));
            if (index < 0)
            {
                _open.Add(item);
                return;
            }

            var source = _waiters[index].Source;
            _waiters.RemoveAt(index);
            source.SetResult(item);
        }
    }

    /// <summary>Takes one that nobody was given, if there is one.</summary>
    public bool TryTake()
    {
        lock (_gate)
        {
            if (_open.Count == 0)
            {
                return false;
            }

            _open.RemoveAt(0);
            return true;
        }
    }

    /// <summary>The next one that nobody was given and that matches; fails when none comes within <see cref="EngineHarness.Patience"/>.</summary>
    public Task<T> NextAsync(Func<T, bool>? matches = null)
    {
        matches ??= static _ => true;
        lock (_gate)
        {
            var index = _open.FindIndex(item => matches(item));
            if (index >= 0)
            {
                var item = _open[index];
                _open.RemoveAt(index);
                return Task.FromResult(item);
            }

            var source = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((matches, source));
            return source.Task.WaitAsync(EngineHarness.Patience, TestContext.Current.CancellationToken);
        }
    }
}
