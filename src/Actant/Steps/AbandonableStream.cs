using System.Runtime.CompilerServices;

namespace Actant.Steps;

/// <summary>Reads a stream that may not heed its token: once cancelled, nobody waits for it any longer.</summary>
internal static class AbandonableStream
{
    /// <summary>The items, until the end or until cancelled. A source that is left behind is disposed of when it lets go.</summary>
    public static async IAsyncEnumerable<T> ReadAsync<T>(IAsyncEnumerable<T> source, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var items = source.GetAsyncEnumerator(cancellationToken);
        Task<bool>? pending = null;
        try
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var next = items.MoveNextAsync();
                bool more;
                if (next.IsCompleted)
                {
                    more = await next;
                }
                else
                {
                    pending = next.AsTask();
                    more = await pending.WaitAsync(cancellationToken);
                    pending = null;
                }

                if (!more)
                {
                    yield break;
                }

                yield return items.Current;
            }
        }
        finally
        {
            if (pending is { IsCompleted: false })
            {
                _ = LeaveAsync(pending, items);
            }
            else
            {
                await items.DisposeAsync();
            }
        }
    }

    private static async Task LeaveAsync<T>(Task<bool> pending, IAsyncEnumerator<T> items)
    {
        await ((Task)pending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await items.DisposeAsync();
    }
}
