using Actant.Signals;
using Actant.Storage;

namespace Actant.Loops;

/// <summary>Reads the thread's inbox, and hands each signal to whoever does what it asks.</summary>
/// <param name="thread">The thread.</param>
/// <param name="known">What the take has brought of it; <c>null</c>: it is to be read.</param>
/// <param name="journal">The journal.</param>
/// <param name="pending">The next commit, which consumes signals.</param>
/// <param name="start">Takes inputs.</param>
/// <param name="changes">Takes changes of the state.</param>
/// <param name="children">Takes ends of children.</param>
/// <param name="steering">Takes the rest.</param>
internal sealed class Inbox(
    LeasedThread thread, IReadOnlyList<InboxSignal>? known, LoopJournal journal, PendingCommit pending, ExecutionStart start, StateChanges changes, ChildExecutions children, SteeringSignals steering)
{
    private IReadOnlyList<InboxSignal>? _known = known;

    /// <summary>Whether nothing is known to be in it that was not read.</summary>
    public bool IsRead { get; private set; } = true;

    /// <summary>
    /// Reads the inbox and does what it asks. A signal is consumed by the commit of the entry that it causes; where a page causes some,
    /// the next one is read after their commit, so that no commit grows with the inbox. After the last page all up to the thread's signal
    /// number is seen: what is left are inputs of executions that wait, and what others have consumed. Left unseen, that would keep the
    /// thread ready for ever: each release would be followed by a take.
    /// </summary>
    public async Task TakeAsync()
    {
        var page = _known is { } known ? new InboxPage(known, thread.Lease.SignalNumber, IsMore: false) : await ReadAsync();
        _known = null;
        await TakeAsync(page.Signals);
        while (page.IsMore && !journal.HasPending && !pending.HasConsumed)
        {
            page = await ReadAsync();
            await TakeAsync(page.Signals);
        }

        IsRead = !page.IsMore;
        if (IsRead)
        {
            pending.SeenSignal = Math.Max(pending.SeenSignal, page.SignalNumber);
        }
    }

    /// <summary>
    /// Reads the whole inbox: what concerns the execution that ends is answered by its end, cancels of those that wait behind it are carried
    /// out, and what nobody can do without a state stays.
    /// </summary>
    /// <returns>The cancel of the execution that ends.</returns>
    public async Task<CancelRequest?> TakeUnfoldedAsync()
    {
        CancelRequest? cancel = null;
        InboxPage page;
        pending.SeenSignal = 0;
        do
        {
            page = await ReadAsync();
            foreach (var signal in page.Signals)
            {
                pending.SeenSignal = signal.Number;
                if (signal.Execution is { } named && named == thread.Record?.Id)
                {
                    pending.Consume(signal);
                    cancel ??= signal.Kind == SignalKind.Cancel && CancelRequest.Read(signal.Body) is { Deadline: null } request ? request : null;
                }
                else if (signal.Kind == SignalKind.Cancel)
                {
                    steering.Cancel(signal);
                }
                else if (signal.Kind == SignalKind.Decision || (signal.Kind == SignalKind.Stop && signal.Target is not { StartPosition: null, EndedAt: null }))
                {
                    pending.Consume(signal);
                }
            }
        }
        while (page.IsMore);

        pending.SeenSignal = Math.Max(Math.Max(pending.SeenSignal, page.SignalNumber), thread.Lease.SignalNumber);
        return cancel;
    }

    /// <summary>Sees everything that is in it, and does nothing of it.</summary>
    public async Task SeeAsync() =>
        pending.SeenSignal = (await thread.Services.Store.ReadInboxAsync(thread.Key, long.MaxValue, thread.LeaseLost)).SignalNumber;

    /// <summary>What came in is done again as far as its commit is not there.</summary>
    public void StartOver() => pending.SeenSignal = 0;

    private ValueTask<InboxPage> ReadAsync() => thread.Services.Store.ReadInboxAsync(thread.Key, pending.SeenSignal, thread.LeaseLost);

    private async Task TakeAsync(IReadOnlyList<InboxSignal> signals)
    {
        foreach (var signal in signals)
        {
            pending.SeenSignal = signal.Number;
            switch (signal.Kind)
            {
                case SignalKind.Input:
                    if (signal.Execution == thread.Record?.Id && journal.Execution is null)
                    {
                        await start.BeginAsync(signal);
                    }

                    break;
                case SignalKind.Cancel:
                    steering.Cancel(signal);
                    break;
                case SignalKind.Stop:
                    steering.Stop(signal);
                    break;
                case SignalKind.Decision:
                    steering.Decide(signal);
                    break;
                case SignalKind.StateUpdate:
                    changes.Update(signal);
                    break;
                case SignalKind.StateChange:
                    await changes.ChangeAsync(signal);
                    break;
                case SignalKind.Callback:
                    steering.Report(signal);
                    break;
                case SignalKind.ChildEnded:
                    children.End(signal);
                    break;
                default:
                    // A newer release's signal is left to it.
                    break;
            }
        }
    }
}
