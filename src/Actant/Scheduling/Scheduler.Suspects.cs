using Actant.Storage;

namespace Actant.Scheduling;

/// <summary>
/// Executions under which processes died. The store gives a process few of them at a time (see <see cref="Suspicion"/>); here it is only
/// seen when one of them is cleared, so that the next one comes.
/// </summary>
internal sealed partial class Scheduler
{
    private static bool IsSuspect(TakenThread taken) => taken.Crashes >= Suspicion.From;

    /// <summary>A suspect has stored a step, or is gone: the store may give another one.</summary>
    private void Acquit(Holding holding)
    {
        if (holding.TryAcquit())
        {
            Look();
        }
    }
}
