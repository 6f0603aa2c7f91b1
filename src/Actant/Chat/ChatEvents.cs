using System.Runtime.CompilerServices;
using Actant.Events;
using Actant.Executions;
using Actant.Journaling;

namespace Actant.Chat;

/// <summary>The events of an execution until it has ended or only waits for people.</summary>
internal sealed class ChatEvents(ExecutionClient client, ExecutionId execution, string thread)
{
    private const int PageSize = 500;

    public async IAsyncEnumerable<StreamEvent> ReadAsync(EventId? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var last = after ?? default;
        using var asleep = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sleeping = client.WaitAsync(execution, asleep.Token);
        await using (var events = client.EventsAsync(execution, after, asleep.Token).GetAsyncEnumerator(asleep.Token))
        {
            var next = events.MoveNextAsync().AsTask();
            try
            {
                while (await IsNextAsync(next, sleeping))
                {
                    if (!await next)
                    {
                        yield break;
                    }

                    last = events.Current.Id;
                    yield return events.Current;
                    next = events.MoveNextAsync().AsTask();
                }
            }
            finally
            {
                // An enumerator may only be disposed of when it stands still.
                await asleep.CancelAsync();
                await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                await ((Task)sleeping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        await foreach (var entry in RestAsync(last, cancellationToken))
        {
            yield return new StreamEvent.Stored(entry);
        }
    }

    /// <summary>Whether another event comes: an execution that has ended still has its last ones to tell, one that sleeps has not.</summary>
    private static async Task<bool> IsNextAsync(Task<bool> next, Task<ExecutionResult> sleeping)
    {
        if (!next.IsCompleted)
        {
            await Task.WhenAny(next, sleeping);
        }

        return next.IsCompleted || (await sleeping).Record.Status.IsEnd();
    }

    /// <summary>What was stored before it fell asleep and has not come yet.</summary>
    private async IAsyncEnumerable<Entry> RestAsync(EventId last, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var from = last.Position + 1; ;)
        {
            var entries = await client.GetHistoryAsync(thread, from, PageSize, cancellationToken);
            foreach (var entry in entries.Where(entry => entry.Execution == execution))
            {
                yield return entry;
            }

            if (entries.Count == 0)
            {
                yield break;
            }

            from = entries[^1].Position + 1;
        }
    }
}
