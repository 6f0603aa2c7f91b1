namespace Actant.Catalogue;

/// <summary>
/// Reads that many ask for at once. While one of a key is under way, whoever comes waits for the next, which answers all of
/// them: a key has at most one read at a time, and nobody gets what was read before they asked.
/// </summary>
/// <param name="read">Reads; not given up when one of those who wait goes.</param>
internal sealed class SharedReads<TKey, TValue>(Func<TKey, ValueTask<TValue>> read)
    where TKey : notnull
{
    private readonly Dictionary<TKey, Line> _lines = [];

    public Task<TValue> ReadAsync(TKey key, CancellationToken cancellationToken)
    {
        Line line;
        lock (_lines)
        {
            if (_lines.TryGetValue(key, out var busy))
            {
                return (busy.Next ??= NewAnswer()).Task.WaitAsync(cancellationToken);
            }

            _lines.Add(key, line = new Line());
        }

        var first = NewAnswer();
        Begin(key, line, first);
        return first.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Without the context of whoever came first: later reads are others', and would appear in the trace of a request that has ended.</summary>
    private void Begin(TKey key, Line line, TaskCompletionSource<TValue> answer)
    {
        if (ExecutionContext.IsFlowSuppressed())
        {
            _ = ServeAsync(key, line, answer);
            return;
        }

        using (ExecutionContext.SuppressFlow())
        {
            _ = ServeAsync(key, line, answer);
        }
    }

    private async Task ServeAsync(TKey key, Line line, TaskCompletionSource<TValue>? answer)
    {
        while (answer is not null)
        {
            try
            {
                answer.SetResult(await read(key));
            }
            catch (Exception exception)
            {
                answer.SetException(exception);
            }

            lock (_lines)
            {
                answer = line.Next;
                line.Next = null;
                if (answer is null)
                {
                    _lines.Remove(key);
                }
            }
        }
    }

    private static TaskCompletionSource<TValue> NewAnswer() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class Line
    {
        /// <summary>The answer of the next read, if anybody waits for it.</summary>
        public TaskCompletionSource<TValue>? Next { get; set; }
    }
}
