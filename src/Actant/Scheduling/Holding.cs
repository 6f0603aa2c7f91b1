using Actant.Loops;

namespace Actant.Scheduling;

/// <summary>A thread that this process holds.</summary>
internal sealed class Holding(ExecutionLoop loop, CancellationTokenSource leaseLost, bool isQuarantined, long since)
{
    private int _isQuarantined = isQuarantined ? 1 : 0;
    private int _isYielding;

    /// <summary>Since when, as a timestamp.</summary>
    public long Since => since;

    /// <summary>Whether it may be told to make room: it was not told yet, and not quarantined, where its session's death would tell nothing.</summary>
    public bool MayYield => Volatile.Read(ref _isYielding) == 0 && Volatile.Read(ref _isQuarantined) == 0;

    /// <summary>It is given back at its next step, for others who wait. <c>false</c>: it was told that already.</summary>
    public bool TryYield()
    {
        if (Interlocked.Exchange(ref _isYielding, 1) == 1)
        {
            return false;
        }

        Loop.Drain();
        return true;
    }

    /// <summary>Whether it was quarantined until now.</summary>
    public bool TryClear() => Interlocked.Exchange(ref _isQuarantined, 0) == 1;

    /// <summary>What runs it.</summary>
    public ExecutionLoop Loop { get; } = loop;

    /// <summary>Cancelled when the lease is lost.</summary>
    public CancellationTokenSource LeaseLost { get; } = leaseLost;

    /// <summary>The lease is lost. What steps do when they hear of it is not waited for.</summary>
    public void Lose()
    {
        try
        {
            _ = LeaseLost.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // The loop has ended meanwhile.
        }
    }

    /// <summary>Ends when the loop has ended.</summary>
    public Task Done { get; set; } = Task.CompletedTask;
}
