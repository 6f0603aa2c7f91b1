namespace Actant.DurableStores;

/// <summary>One caller's write, waiting for its commit.</summary>
internal abstract class QueuedWrite
{
    private const int Queued = 0;
    private const int Picked = 1;
    private const int Cancelled = 2;

    private int _state;
    private CancellationTokenRegistration _registration;

    /// <summary>About how many bytes it writes: bounds a batch.</summary>
    public required int Bytes { get; init; }

    /// <summary>How many items it has: bounds a batch, too.</summary>
    public int Items { get; init; } = 1;

    /// <summary>From now on the write leaves the queue when its caller gives up.</summary>
    public void CancelWith(CancellationToken cancellationToken)
    {
        if (cancellationToken.CanBeCanceled)
            _registration = cancellationToken.UnsafeRegister(static (state, token) => ((QueuedWrite)state!).TryCancel(token), this);
    }

    /// <summary>Takes it out of the queue. <c>false</c> when the caller has given up; after <c>true</c> the write happens.</summary>
    public bool TryPick()
    {
        _registration.Dispose();
        return Interlocked.CompareExchange(ref _state, Picked, Queued) == Queued;
    }

    /// <summary>The caller will get this instead of an answer: nothing of its write was stored, or it is not known whether it was.</summary>
    public abstract void Refuse(Exception refusal);

    /// <summary>Tells the caller. Nothing before this is visible to it.</summary>
    public abstract void Complete();

    protected abstract void SetCancelled(CancellationToken cancellationToken);

    private void TryCancel(CancellationToken cancellationToken)
    {
        if (Interlocked.CompareExchange(ref _state, Cancelled, Queued) == Queued)
            SetCancelled(cancellationToken);
    }
}
