namespace Actant.Postgres;

/// <summary>One caller's write, waiting for its commit.</summary>
internal abstract class LaneCall
{
    private const int Queued = 0;
    private const int Picked = 1;
    private const int Cancelled = 2;

    private int _state;
    private CancellationTokenRegistration _registration;

    /// <summary>About how many bytes it writes, and how many items: bounds a batch.</summary>
    public required int Bytes { get; init; }

    /// <summary>How many items it has.</summary>
    public required int Items { get; init; }

    /// <summary>From now on the call leaves the queue when its caller gives up.</summary>
    public void CancelWith(CancellationToken cancellationToken)
    {
        if (cancellationToken.CanBeCanceled)
            _registration = cancellationToken.UnsafeRegister(static (state, token) => ((LaneCall)state!).TryCancel(token), this);
    }

    /// <summary>Takes it out of the queue. <c>false</c> when the caller has given up; after <c>true</c> the write happens.</summary>
    public bool TryPick()
    {
        _registration.Dispose();
        return Interlocked.CompareExchange(ref _state, Picked, Queued) == Queued;
    }

    /// <summary>Tells the caller what the commit has brought.</summary>
    public abstract void Complete();

    /// <summary>Tells the caller that it is not known whether anything was stored, or that it was refused.</summary>
    public abstract void Fail(Exception exception);

    protected abstract void SetCancelled(CancellationToken cancellationToken);

    private void TryCancel(CancellationToken cancellationToken)
    {
        if (Interlocked.CompareExchange(ref _state, Cancelled, Queued) == Queued)
            SetCancelled(cancellationToken);
    }
}
