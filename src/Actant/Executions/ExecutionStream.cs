using System.Runtime.CompilerServices;
using Actant.Events;
using Actant.Journaling;

namespace Actant.Executions;

/// <summary>
/// Reads the events of one execution in order, from any place: what is stored from the journal, what is not from its owner here.
/// </summary>
/// <param name="services">What is shared.</param>
/// <param name="thread">The thread.</param>
/// <param name="execution">The execution.</param>
/// <param name="hasBegun">Whether everything after the place lies behind its begin; who took the thread before is of no interest.</param>
/// <param name="held">What the reader brings.</param>
internal sealed class ExecutionStream(LoopServices services, ThreadKey thread, ExecutionId execution, bool hasBegun, HeldAnswers held)
{
    /// <summary>
    /// An owner elsewhere is waited for so long before what is stored is told without it: it alone knows what belongs between.
    /// </summary>
    private static readonly TimeSpan s_longestLook = TimeSpan.FromSeconds(1);

    /// <summary>While nobody owns the thread here, somebody elsewhere may: then the journal is looked at so often.</summary>
    private static readonly TimeSpan s_longestSilence = TimeSpan.FromSeconds(5);

    private bool _hasBegun = hasBegun;
    private bool _looksAgain;
    private long _firstEpoch;
    private Task _silence = Task.CompletedTask;
    private bool _hasHeard;

    private enum Next
    {
        Live,
        Journal,
        End,
    }

    /// <summary>
    /// The events after a place, until the execution has ended, its thread is deleted, or the reader is cancelled. Each event
    /// once, in the order of ids, however often the reader returns with the last id it saw.
    /// </summary>
    public async IAsyncEnumerable<StreamEvent> ReadAsync(EventId after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var live = services.Hub.Acquire(thread);
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            var last = after;
            while (true)
            {
                await LookAsync(live, cancellationToken);
                using var subscription = live.Subscribe();
                held.Join(subscription.Unfinished, last);
                _looksAgain = false;
                await foreach (var told in CatchUpAsync(live, subscription, last, cancellationToken))
                {
                    last = told.Event.Id;
                    foreach (var restarted in await VoidBeforeAsync(told.Event, cancellationToken))
                    {
                        yield return restarted;
                    }

                    if (Fit(told) is { } item)
                    {
                        yield return item;
                    }

                    if (IsEnd(told.Event))
                    {
                        yield break;
                    }
                }

                var next = _looksAgain ? Next.Journal : Next.Live;
                while (next == Next.Live)
                {
                    next = await WaitAsync(live, subscription, last, reading.Token);
                    while (next == Next.Live && subscription.Events.TryRead(out var coming))
                    {
                        if (coming.Id <= last)
                        {
                            continue;
                        }

                        if (IsBeyond(coming, last))
                        {
                            next = Next.Journal;
                            continue;
                        }

                        last = coming.Id;
                        foreach (var restarted in await VoidBeforeAsync(coming, cancellationToken))
                        {
                            yield return restarted;
                        }

                        if (Fit(new UnfinishedEvent(coming, ShownOf(coming))) is { } item)
                        {
                            yield return item;
                        }

                        if (IsEnd(coming))
                        {
                            yield break;
                        }

                        next = _looksAgain ? Next.Journal : Next.Live;
                    }
                }

                if (next == Next.End)
                {
                    yield break;
                }
            }
        }
        finally
        {
            await reading.CancelAsync();
            services.Hub.Release(thread, live);
        }
    }

    /// <summary>The stored entries after a place up to another, for an execution that has ended.</summary>
    public async IAsyncEnumerable<StreamEvent> ReadStoredAsync(EventId after, long to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var live = services.Hub.Acquire(thread);
        try
        {
            for (var next = after.Position + 1; next <= to;)
            {
                var entries = await live.Pages.ReadAsync(services.Loader, thread, execution, next, to, cancellationToken);
                if (entries.Count == 0)
                {
                    yield break;
                }

                foreach (var entry in entries)
                {
                    next = entry.Position + 1;
                    var item = new StreamEvent.Stored(entry);
                    foreach (var restarted in await VoidBeforeAsync(item, cancellationToken))
                    {
                        yield return restarted;
                    }

                    if (IsOf(item))
                    {
                        yield return item;
                    }

                    if (IsEnd(item))
                    {
                        yield break;
                    }
                }
            }
        }
        finally
        {
            services.Hub.Release(thread, live);
        }
    }

    /// <summary>Entries are told in their place between the pieces: so what the owner said of unfinished answers is asked for first.</summary>
    private async ValueTask LookAsync(LiveThread live, CancellationToken cancellationToken)
    {
        var found = services.Peers.Look(thread, live);
        if (!found.IsCompleted)
        {
            try
            {
                await found.WaitAsync(s_longestLook, services.Time, cancellationToken);
            }
            catch (TimeoutException)
            {
                // What is stored comes all the same.
            }
        }
    }

    private async ValueTask<IReadOnlyList<StreamEvent>> VoidBeforeAsync(StreamEvent item, CancellationToken cancellationToken) =>
        item is not StreamEvent.Stored { Entry: var entry } ? []
        : entry.Payload is Taken ? held.Void(entry.Position)
        : entry.Payload is ModelAnswered { Message.Id: { } message } && entry.Execution == execution && held.MayBring(entry, message)
            && await WasTakenOverAsync(entry.Epoch, cancellationToken) ? [HeldAnswers.VoidBefore(entry, message)]
        : [];

    /// <summary>Whether the thread went to another owner between the first piece that the execution may have shown and an epoch.</summary>
    private async ValueTask<bool> WasTakenOverAsync(long epoch, CancellationToken cancellationToken)
    {
        if (_firstEpoch == 0)
        {
            var tenant = services.Store.For(thread.Tenant);
            var start = (await tenant.GetExecutionAsync(execution, cancellationToken))?.StartPosition ?? 1;
            var before = await tenant.ReadAsync(thread.Thread, Math.Max(1, start - 2), 2, cancellationToken);

            // Whoever took it before the one that stored its begin may have shown something too.
            _firstEpoch = before.Where(static entry => EntryCodec.KindOf(entry) == "taken").Select(static entry => entry.Epoch).DefaultIfEmpty(long.MaxValue).Min();
            _firstEpoch = Math.Min(_firstEpoch, before.Count > 0 ? before[^1].Epoch : 1);
        }

        return epoch > _firstEpoch;
    }

    private StreamEvent? Fit(UnfinishedEvent told)
    {
        if (!IsOf(told.Event))
        {
            return null;
        }

        var item = held.Fit(told, out var asksAgain);
        _looksAgain |= asksAgain;
        return item;
    }

    private static IReadOnlyList<(EventId From, EventId To)> ShownOf(StreamEvent item) =>
        item is StreamEvent.AnswerRestarted { IsOfTakeOver: true } ? [(default, item.Id)] : [];

    private async ValueTask<Next> WaitAsync(LiveThread live, LiveThread.Subscription subscription, EventId last, CancellationToken cancellationToken)
    {
        try
        {
            var coming = subscription.Events.WaitToReadAsync(cancellationToken).AsTask();
            if (!coming.IsCompleted && !await IsHeardAsync(coming, cancellationToken))
            {
                return live.IsOwned || await GoesOnAsync(last, cancellationToken) ? Next.Journal : Next.End;
            }

            return await coming ? Next.Live : Next.End;
        }
        catch (ReaderTooSlowException)
        {
            return Next.Journal;
        }
    }

    /// <summary>Whether something comes before the silence has lasted too long. One timer for many waits: one for each costs more than they do.</summary>
    private async ValueTask<bool> IsHeardAsync(Task coming, CancellationToken cancellationToken)
    {
        if (_silence.IsCompleted)
        {
            Listen();
        }

        while (await Task.WhenAny(coming, _silence) != coming)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!_hasHeard)
            {
                return false;
            }

            Listen();
        }

        return _hasHeard = true;

        void Listen() => (_silence, _hasHeard) = (Task.Delay(s_longestSilence, services.Time, cancellationToken), false);
    }

    private async ValueTask<bool> GoesOnAsync(EventId last, CancellationToken cancellationToken) =>
        await services.Store.For(thread.Tenant).GetExecutionAsync(execution, cancellationToken) is { } record
        && (record.EndPosition is not { } end || end > last.Position);

    /// <summary>
    /// Stored entries, up to what the owner had told when the reader came, with what was told of unfinished answers in its place.
    /// </summary>
    private async IAsyncEnumerable<UnfinishedEvent> CatchUpAsync(
        LiveThread live, LiveThread.Subscription subscription, EventId after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var known = subscription.Position > 0 ? subscription.Position : long.MaxValue;
        var unfinished = new Queue<UnfinishedEvent>(subscription.Unfinished.Where(item => item.Event.Id > after));
        for (var next = after.Position + 1; next <= known;)
        {
            var entries = await live.Pages.ReadAsync(services.Loader, thread, execution, next, known, cancellationToken);
            if (entries.Count == 0 || (subscription.Position == 0 && live.IsOwned))
            {
                // Somebody began to own it meanwhile: between these entries lie pieces that only the owner tells.
                break;
            }

            var lastTake = subscription.Position == 0 && services.Peers.CanFollow ? entries.LastOrDefault(static entry => entry.Payload is Taken) : null;
            foreach (var entry in entries)
            {
                while (unfinished.TryPeek(out var piece) && piece.Event.Id.Position < entry.Position)
                {
                    yield return unfinished.Dequeue();
                }

                yield return new UnfinishedEvent(new StreamEvent.Stored(entry), []);
                next = entry.Position + 1;
                if (entry == lastTake)
                {
                    // Whoever took it may have it still, and say what belongs between what follows.
                    _looksAgain = true;
                    yield break;
                }
            }
        }

        while (unfinished.TryDequeue(out var piece))
        {
            yield return piece;
        }
    }

    /// <summary>Whether entries lie between the last one seen and this: they were stored elsewhere, and are in the journal.</summary>
    private static bool IsBeyond(StreamEvent item, EventId last) =>
        item.Id.Position > (item is StreamEvent.Stored ? last.Position + 1 : last.Position);

    private bool IsOf(StreamEvent item) => item switch
    {
        StreamEvent.Stored { Entry.Payload: Taken } => _hasBegun,
        StreamEvent.Stored stored => stored.Entry.Execution == execution && (_hasBegun = true),
        StreamEvent.Delta delta => delta.Piece.Execution == execution,
        StreamEvent.AnswerRestarted restarted => restarted.Piece.Execution == execution,
        _ => false,
    };

    private bool IsEnd(StreamEvent item) =>
        item is StreamEvent.Stored { Entry: { Payload: ExecutionCompleted or ExecutionFailed or ExecutionCancelled or ExecutionTimedOut } entry }
        && entry.Execution == execution;
}
