namespace Actant.Storage;

/// <summary>A lease.</summary>
/// <param name="Thread">The thread.</param>
/// <param name="Epoch">The number that every append under this lease must carry.</param>
/// <param name="Taken">The <c>Taken</c> entry as stored; the thread's last entry.</param>
/// <param name="SignalNumber">The thread's signal number at this moment.</param>
/// <param name="Crashes">How many sessions in a row ended unreleased under this thread without a stored step.</param>
/// <param name="Current">The execution that is open or next on the thread.</param>
public sealed record TakenThread(
    ThreadKey Thread, long Epoch, StoredEntry Taken, long SignalNumber, int Crashes, ExecutionRecord? Current)
{
    /// <summary>How many of these sessions held nothing else that was as suspicious; see <see cref="Quarantine"/>.</summary>
    public int DiedAlone { get; init; }

    /// <summary>
    /// All that <see cref="IActantStore.ReadInboxAsync"/> would have answered at this moment, where a take has brought it; <c>null</c>: to be read.
    /// </summary>
    public IReadOnlyList<InboxSignal>? Inbox { get; init; }
}
