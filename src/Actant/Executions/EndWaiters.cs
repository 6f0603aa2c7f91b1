using System.Collections.Concurrent;

namespace Actant.Executions;

/// <summary>Those who wait here for an execution to end or to ask.</summary>
internal sealed class EndWaiters
{
    private readonly ConcurrentDictionary<ExecutionId, List<TaskCompletionSource<ExecutionResult?>>> _waiters = [];

    /// <summary>Begins to wait; to be disposed of.</summary>
    public Waiter Wait(ExecutionId execution)
    {
        var source = new TaskCompletionSource<ExecutionResult?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiters.AddOrUpdate(
            execution,
            static (_, added) => [added],
            static (_, list, added) =>
            {
                lock (list)
                {
                    return [.. list, added];
                }
            },
            source);
        return new Waiter(this, execution, source);
    }

    /// <summary>Whether anybody waits.</summary>
    public bool IsAwaited(ExecutionId execution) => _waiters.ContainsKey(execution);

    /// <summary>It ended, or asks. Without a result, those who wait look for themselves.</summary>
    public void Tell(ExecutionId execution, ExecutionResult? result)
    {
        if (_waiters.TryRemove(execution, out var list))
        {
            foreach (var source in list)
            {
                source.TrySetResult(result);
            }
        }
    }

    /// <summary>One who waits.</summary>
    internal sealed class Waiter(EndWaiters waiters, ExecutionId execution, TaskCompletionSource<ExecutionResult?> source) : IDisposable
    {
        public Task<ExecutionResult?> Task => source.Task;

        public void Dispose()
        {
            if (source.Task.IsCompleted || !waiters._waiters.TryGetValue(execution, out var list))
            {
                return;
            }

            List<TaskCompletionSource<ExecutionResult?>> rest = [.. list.Where(other => other != source)];
            if (rest.Count == 0)
            {
                waiters._waiters.TryRemove(KeyValuePair.Create(execution, list));
            }
            else
            {
                waiters._waiters.TryUpdate(execution, rest, list);
            }
        }
    }
}
