using System.Runtime.CompilerServices;
using Actant.Events;
using Actant.Journaling;
using Actant.Loops;

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
    /// <summary>While nobody owns the thread here, somebody elsewhere may: then the journal is polled so often.</summary>
    private static readonly TimeSpan s_longestSilence = TimeSpan.FromSeconds(5);

    private bool _hasBegun = hasBegun;
    private long? _firstEpoch;
    private Task _silence = Task.CompletedTask;
    private bool _hasHeard;
    private bool _isBehind;

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
            var next = Next.Journal;
            while (next != Next.End)
            {
                // Followed as soon as it is found; what is stored does not wait for it.
                _ = services.Peers.TryFollowAsync(thread, live);
                using var subscription = live.Subscribe();

                // The journal may have given the reader more than is known here of the answers: then they wait until it is.
                var isAhead = subscription.Position > 0 && !Covers(subscription.Last, last);
                List<PublishedAnswer> unfinished = isAhead ? [] : [.. subscription.Unfinished.Where(answer => answer.About.Execution == execution)];
                foreach (var missed in held.Join(unfinished, subscription.Last, last))
                {
                    last = missed.Id;
                    yield return missed;
                }

                next = Next.Live;
                await foreach (var item in CatchUpAsync(live, subscription.Last, unfinished, last, cancellationToken))
                {
                    foreach (var fitting in await FitAsync(item, last, cancellationToken))
                    {
                        yield return fitting;
                    }

                    last = Later(item.Id, last);
                    if (IsEnd(item))
                    {
                        yield break;
                    }
                }

                while (next == Next.Live)
                {
                    next = await WaitAsync(live, subscription, last, reading.Token);
                    while (next == Next.Live && subscription.Events.TryRead(out var coming))
                    {
                        if (!Covers(coming.Id, last))
                        {
                            isAhead |= coming is not StreamEvent.Stored;
                            continue;
                        }

                        if (isAhead || IsBeyond(coming, last))
                        {
                            next = Next.Journal;
                            continue;
                        }

                        if (coming.Id <= last && (coming is StreamEvent.Stored || last.KnowsDeltas))
                        {
                            continue;
                        }

                        foreach (var fitting in await FitAsync(coming, last, cancellationToken))
                        {
                            last = fitting.Id;
                            yield return fitting;
                        }

                        if (_isBehind)
                        {
                            next = Next.Journal;
                            continue;
                        }

                        last = Later(coming.Id, last);
                        if (IsEnd(coming))
                        {
                            yield break;
                        }
                    }
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
            var last = after;
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
                    foreach (var fitting in await FitAsync(item, last, cancellationToken))
                    {
                        yield return fitting;
                    }

                    last = item.Id;
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

    /// <summary>What the reader is sent of an event.</summary>
    private async ValueTask<IReadOnlyList<StreamEvent>> FitAsync(StreamEvent item, EventId last, CancellationToken cancellationToken)
    {
        _isBehind = false;
        if (!IsOf(item) && item is not StreamEvent.Stored { Entry.Payload: Taken })
        {
            return [];
        }

        // Another attempt's, or another owner's: deltas of this one are its beginning.
        var isVoid = item is StreamEvent.Stored { Entry: var entry } && held.MayBring(entry)
            && (entry.Attempt > 1 || entry.Epoch > await FirstEpochAsync(cancellationToken));
        var fitting = held.Fit(item, last, out _isBehind);
        return isVoid ? [HeldAnswers.VoidBefore(((StreamEvent.Stored)item).Entry, last), .. fitting]
            : IsOf(item) ? fitting
            : [.. fitting.Where(other => !ReferenceEquals(other, item))];
    }

    /// <summary>
    /// The epoch of the first owner that may have published something of the execution. Whether a reader comes from before a take-over or
    /// from between its consequences its place does not say: so any take-over counts.
    /// </summary>
    private async ValueTask<long> FirstEpochAsync(CancellationToken cancellationToken)
    {
        if (_firstEpoch is null)
        {
            var tenant = services.Store.For(thread.Tenant);
            var start = (await tenant.GetExecutionAsync(execution, cancellationToken))?.StartPosition ?? 1;
            var before = await tenant.ReadAsync(thread.Thread, Math.Max(1, start - 2), 2, cancellationToken);

            // Whoever took it before the one that stored its begin may have shown something too.
            _firstEpoch = before.Where(static entry => EntryCodec.KindOf(entry) == "taken").Concat(before.TakeLast(1)).Select(static entry => entry.Epoch).DefaultIfEmpty(1).Min();
        }

        return _firstEpoch.Value;
    }

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
    /// Stored entries, up to what the owner had published when the reader came, with what was published of unfinished answers in its place.
    /// </summary>
    private async IAsyncEnumerable<StreamEvent> CatchUpAsync(
        LiveThread live, EventId published, IReadOnlyList<PublishedAnswer> unfinished, EventId after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var known = published.Position > 0 ? published.Position : long.MaxValue;
        var deltas = new Queue<StreamEvent>(unfinished.SelectMany(answer => answer.After(after))

            // Of answers that have ended or begun again meanwhile, deltas are left out that a node behind this one may still know.
            .Select(delta => delta.Id < published ? delta with { Id = delta.Id.Partial } : delta).OrderBy(static delta => delta.Id));
        for (var next = after.Position + 1; next <= known;)
        {
            var entries = await live.Pages.ReadAsync(services.Loader, thread, execution, next, known, cancellationToken);
            if (entries.Count == 0 || (published.Position == 0 && live.IsOwned))
            {
                // Somebody began to own it meanwhile: between these entries lie deltas that only the owner publishes.
                break;
            }

            foreach (var entry in entries)
            {
                while (deltas.TryPeek(out var delta) && delta.Id.Position < entry.Position)
                {
                    yield return deltas.Dequeue();
                }

                yield return new StreamEvent.Stored(entry);
                next = entry.Position + 1;
            }
        }

        while (deltas.TryDequeue(out var delta))
        {
            yield return delta;
        }
    }

    /// <summary>Whether entries lie between the last one seen and this: they were stored elsewhere, and are in the journal.</summary>
    private static bool IsBeyond(StreamEvent item, EventId last) =>
        item.Id.Position > (item is StreamEvent.Stored ? last.Position + 1 : last.Position);

    private bool IsOf(StreamEvent item) => item switch
    {
        StreamEvent.Stored { Entry.Payload: Taken } => _hasBegun,
        StreamEvent.Stored stored => stored.Entry.Execution == execution && (_hasBegun = true),
        StreamEvent.DeltaPublished published => published.Delta.Execution == execution,
        StreamEvent.AnswerRestarted restarted => restarted.Delta.Execution == execution,
        _ => false,
    };

    /// <summary>Whether all that a reader at a place was sent is known at another.</summary>
    private static bool Covers(EventId known, EventId place) =>
        known.Position > place.Position || (known.Position == place.Position && (!place.KnowsDeltas || known >= place));

    private static EventId Later(EventId id, EventId place) => id > place ? id : place;

    private bool IsEnd(StreamEvent item) =>
        item is StreamEvent.Stored { Entry: { Payload: ExecutionCompleted or ExecutionFailed or ExecutionCancelled or ExecutionTimedOut } entry }
        && entry.Execution == execution;
}
