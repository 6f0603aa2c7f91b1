using Actant.Journaling;

namespace Actant.Loops;

/// <summary>
/// Looks on while loops run. For tests: only entries may change a loop's state, so that a thread that was kept in memory is the same
/// as one that is folded anew.
/// </summary>
internal abstract class LoopWatch
{
    /// <summary>A loop has a state to go on from, folded or kept.</summary>
    public abstract ValueTask BeganAsync(ThreadKey thread, long epoch, JournalState state);

    /// <summary>An entry was applied to the state.</summary>
    public abstract void Applied(ThreadKey thread, long epoch, Entry entry);

    /// <summary>The loop has decided what follows.</summary>
    public abstract void Decided(ThreadKey thread, long epoch, JournalState state);
}
