using Actant.Loops;

namespace Actant.Scheduling;

/// <summary>A thread that this process holds.</summary>
internal sealed class Holding(ExecutionLoop loop, CancellationTokenSource leaseLost, bool isQuarantined)
{
    private int _isQuarantined = isQuarantined ? 1 : 0;

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
