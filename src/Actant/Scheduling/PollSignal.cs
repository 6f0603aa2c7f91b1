namespace Actant.Scheduling;

/// <summary>Whether there may be work in the store, and a bell for whoever polls for it.</summary>
internal sealed class PollSignal : IDisposable
{
    private readonly SemaphoreSlim _bell = new(0, 1);
    private volatile bool _mayBeReady = true;
    private volatile bool _othersMayBeReady = true;

    /// <summary>Whether something may be ready. Set and never combined: others set it at any moment, and what was read before would be written over that.</summary>
    public bool MayBeReady
    {
        get => _mayBeReady;
        set => _mayBeReady = value;
    }

    /// <summary>
    /// Whether something may be ready of tenants that hold nothing here, for which there are places beside the slots. Where all slots are in
    /// use, only this is a reason to poll: words of the store tell no tenants, and most are of those that fill the slots.
    /// </summary>
    public bool OthersMayBeReady
    {
        get => _othersMayBeReady;
        set => _othersMayBeReady = value;
    }

    /// <summary>Something may be ready: the store is polled, as soon as a slot is free.</summary>
    public void Poll()
    {
        _mayBeReady = true;
        Ring();
    }

    /// <summary>Something may be ready, also of tenants that hold nothing here: the store is polled, even if no slot is free.</summary>
    public void PollForAll()
    {
        _othersMayBeReady = true;
        Poll();
    }

    /// <summary>Wakes whoever polls; it polls if something may be ready.</summary>
    public void Ring()
    {
        // What this is about is written before the count is read: else the loop, which takes the count first, may see neither.
        Interlocked.MemoryBarrier();

        // An exception for each execution that begins or ends while it is awake would cost more than all else here.
        if (_bell.CurrentCount > 0)
        {
            return;
        }

        try
        {
            _bell.Release();
        }
        catch (Exception exception) when (exception is SemaphoreFullException or ObjectDisposedException)
        {
            // Somebody woke it in this moment, or nobody polls any more.
        }
    }

    /// <summary>Waits until it rings.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => _bell.WaitAsync(cancellationToken);

    /// <inheritdoc />
    public void Dispose() => _bell.Dispose();
}
