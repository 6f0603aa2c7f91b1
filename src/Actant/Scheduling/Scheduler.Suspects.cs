using Actant.Storage;

namespace Actant.Scheduling;

/// <summary>
/// Executions under which processes died. Whichever of them does the killing, the others die with it: so from the second time on
/// they run one at a time in each process, until they have stored a step, and only the killer goes on being counted.
/// </summary>
internal sealed partial class Scheduler
{
    private const int SuspectFrom = 2;

    /// <summary>How long a suspect sleeps that found another one running.</summary>
    private static readonly TimeSpan s_aside = TimeSpan.FromSeconds(1);

    private int _suspects;

    /// <summary>One that has died too often runs no more: it is only told so.</summary>
    private bool IsSuspect(TakenThread taken) => taken.Crashes >= SuspectFrom && taken.Crashes < Options.MaxCrashes;

    /// <summary>Those of a take that may begin: at most one suspect, and the others put to sleep before it can do harm.</summary>
    private async Task<IReadOnlyList<TakenThread>> AdmitAsync(IReadOnlyList<TakenThread> taken, CancellationToken cancellationToken)
    {
        if (!taken.Any(IsSuspect))
        {
            return taken;
        }

        var admitted = new List<TakenThread>(taken.Count);
        foreach (var thread in taken)
        {
            if (!IsSuspect(thread) || Interlocked.CompareExchange(ref _suspects, 1, 0) == 0 || !await PutAsideAsync(thread, cancellationToken))
            {
                admitted.Add(thread);
            }
        }

        return admitted;
    }

    private async Task<bool> PutAsideAsync(TakenThread taken, CancellationToken cancellationToken)
    {
        try
        {
            var result = await services.Store.AppendAsync(
                new AppendRequest
                {
                    Thread = taken.Thread,
                    Epoch = taken.Epoch,
                    Position = taken.Taken.Position + 1,
                    Entries = [],
                    SeenSignal = taken.SignalNumber,
                    Lease = LeaseChange.Sleep,
                    Due = services.Time.GetUtcNow() + s_aside,
                },
                cancellationToken);
            return result.Outcome is AppendOutcome.Stored or AppendOutcome.LeaseLost;
        }
        catch (StoreUnavailableException exception)
        {
            // Better beside another suspect than leased and forgotten.
            services.Meter.StoreFailed(exception);
            return false;
        }
    }

    /// <summary>A suspect has stored a step, or is gone: the next one may run.</summary>
    private void Acquit(Holding holding)
    {
        if (holding.TryAcquit())
        {
            Interlocked.Exchange(ref _suspects, 0);
        }
    }
}
