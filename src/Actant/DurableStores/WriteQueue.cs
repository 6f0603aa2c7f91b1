using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace Actant.DurableStores;

/// <summary>The writes that wait for a commit: many callers, one who commits.</summary>
internal sealed class WriteQueue
{
    /// <summary>How many bytes one commit may write, about.</summary>
    public const int MaxBatchBytes = 4 * 1024 * 1024;

    private const int MaxQueued = 8192;

    private readonly Channel<QueuedWrite> _queue = Channel.CreateBounded<QueuedWrite>(
        new BoundedChannelOptions(MaxQueued) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    /// <summary>Queues a write and waits for its commit. The token counts until whoever commits has picked it up.</summary>
    public async ValueTask<T> WriteAsync<T>(QueuedWrite<T> write, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        write.CancelWith(cancellationToken);
        if (!_queue.Writer.TryWrite(write))
            await EnqueueAsync(write, cancellationToken);
        return await write.Task;
    }

    /// <summary>Waits for something to commit; <c>false</c> when nothing comes any more.</summary>
    public ValueTask<bool> WaitAsync() => _queue.Reader.WaitToReadAsync();

    /// <summary>Picks up the next write whose caller has not given up.</summary>
    public bool TryPick([NotNullWhen(true)] out QueuedWrite? write)
    {
        while (_queue.Reader.TryRead(out write))
        {
            if (write.TryPick())
                return true;
        }

        return false;
    }

    /// <summary>Takes no more.</summary>
    public void Close() => _queue.Writer.TryComplete();

    private async ValueTask EnqueueAsync(QueuedWrite write, CancellationToken cancellationToken)
    {
        try
        {
            await _queue.Writer.WriteAsync(write, cancellationToken);
        }
        catch (ChannelClosedException exception)
        {
            throw new ObjectDisposedException("The store is closed.", exception);
        }
    }
}
