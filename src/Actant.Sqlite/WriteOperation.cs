namespace Actant.Sqlite;

/// <summary>One caller's write, waiting for its commit.</summary>
internal abstract class WriteOperation
{
    private const int Queued = 0;
    private const int Picked = 1;
    private const int Cancelled = 2;
    private int _state;
    private CancellationTokenRegistration _registration;

    /// <summary>About how many bytes it writes: bounds a batch.</summary>
    public required int Bytes { get; init; }

    /// <summary>From now on the operation leaves the queue when its caller gives up.</summary>
    public void CancelWith(CancellationToken cancellationToken)
    {
        if (cancellationToken.CanBeCanceled)
        {
            _registration = cancellationToken.UnsafeRegister(
                static (state, token) => ((WriteOperation)state!).TryCancel(token), this);
        }
    }

    /// <summary>Takes it out of the queue. <c>false</c> when the caller has given up; after <c>true</c> the write happens.</summary>
    public bool TryPick()
    {
        _registration.Dispose();
        return Interlocked.CompareExchange(ref _state, Picked, Queued) == Queued;
    }

    /// <summary>Does the work inside the open transaction; may be called again after a rollback.</summary>
    public abstract void Execute(WriteScope scope);

    /// <summary>The caller will get this instead of a result.</summary>
    public abstract void Fail(Exception exception);

    /// <summary>Tells the caller. Nothing before this is visible to it.</summary>
    public abstract void Complete();

    protected abstract void SetCancelled(CancellationToken cancellationToken);

    private void TryCancel(CancellationToken cancellationToken)
    {
        if (Interlocked.CompareExchange(ref _state, Cancelled, Queued) == Queued)
            SetCancelled(cancellationToken);
    }
}
