using System.Collections.Concurrent;

namespace Actant.Loops;

/// <summary>Those who wait here for an execution to end or to ask.</summary>
internal sealed class EndWaiters
{
    private const int MostAccepted = 50_000;

    private readonly ConcurrentDictionary<ExecutionId, List<TaskCompletionSource<ExecutionResult?>>> _waiters = [];
    private readonly ConcurrentDictionary<ExecutionId, TenantId> _running = [];
    private readonly ConcurrentDictionary<ExecutionId, bool> _accepted = [];
    private readonly ConcurrentQueue<ExecutionId> _order = [];

    /// <summary>An execution was accepted here and has not begun here: this node is notified when another one begins or ends it.</summary>
    public void Accept(ExecutionId execution)
    {
        _accepted[execution] = true;
        _order.Enqueue(execution);
        while (_accepted.Count > MostAccepted && _order.TryDequeue(out var oldest))
        {
            _accepted.TryRemove(oldest, out _);
        }
    }

    /// <summary>Whether this node is surely notified of it; of very many, only the last ones are known.</summary>
    public bool IsAccepted(ExecutionId execution) => _accepted.ContainsKey(execution);

    /// <summary>An execution runs here from now on: whoever waits for it is given its end, and need not poll.</summary>
    public void Begin(TenantId tenant, ExecutionId execution) => _running[execution] = tenant;

    /// <summary>Whether it runs here and has neither ended nor asked. To be asked after <see cref="Wait"/>, lest its end be missed.</summary>
    public bool IsRunning(TenantId tenant, ExecutionId execution) => _running.TryGetValue(execution, out var owner) && owner == tenant;

    /// <summary>It does not run here any more, whatever became of it.</summary>
    public void Forget(ExecutionId execution) => _running.TryRemove(execution, out _);

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

    /// <summary>It ended, or asks. Without a result, those who wait poll for themselves.</summary>
    public void Complete(ExecutionId execution, ExecutionResult? result)
    {
        Forget(execution);
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
