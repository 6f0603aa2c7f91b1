using System.Diagnostics;
using Actant.Definitions;
using Actant.Journaling;
using Actant.Storage;
using Actant.Tracing;

namespace Actant.Loops;

/// <summary>
/// Stores what must be stored before what follows, and publishes what is. Outcomes without effect alone wait for the next effect: should the
/// process die before, they are decided again from the same state.
/// </summary>
internal sealed class Committer(LeasedThread thread, LoopCourse course, LoopJournal journal, PendingCommit pending, Inbox inbox, LoopMailbox mailbox, Action stepStored)
{
    private Task<AppendResult>? _inFlight;

    /// <summary>Whether something must be stored now.</summary>
    public bool IsDue => pending.IsDue && !MayDefer;

    /// <summary>Whether the append that runs ahead has failed.</summary>
    public bool HasFailed => _inFlight is { IsFaulted: true } or { IsCanceled: true };

    private Durability Durability => thread.Program?.Definition.Durability ?? Durability.Sync;

    /// <summary>Whether what is finished may stay unstored until the end.</summary>
    private bool MayDefer => Durability == Durability.Exit && !pending.MustWait && inbox.IsRead && !journal.IsFull;

    /// <summary>Stores what is decided, if something of it must be.</summary>
    public async Task CommitAsync()
    {
        if (!IsDue)
        {
            return;
        }

        await LandAsync();
        if (Durability == Durability.Async && !pending.MustWait)
        {
            _inFlight = AppendAsync(LeaseChange.Keep, null, []);
            _ = _inFlight.ContinueWith(_ => mailbox.TryPost(LoopMessage.Time), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
        else
        {
            await FollowUpAsync(await AppendAsync(LeaseChange.Keep, null, []));
        }

        pending.Waited();
    }

    /// <summary>Waits for the append that runs ahead, if one does.</summary>
    public async Task LandAsync()
    {
        if (_inFlight is { } inFlight)
        {
            _inFlight = null;
            await FollowUpAsync(await inFlight);
        }
    }

    /// <summary>What runs ahead is of no interest any more.</summary>
    public void Forget() => _inFlight = null;

    /// <summary>Stores everything and gives the lease back.</summary>
    public async Task ReleaseAsync(LeaseChange lease, DateTimeOffset? due, IReadOnlyList<ExecutionChange> changes, IReadOnlyList<string>? needs = null)
    {
        course.IsReleased = true;
        await FollowUpAsync(await AppendAsync(lease, due, changes, needs));
    }

    /// <summary>Hands all pending entries to the store, and to readers as soon as they are stored.</summary>
    public async Task<AppendResult> AppendAsync(LeaseChange lease, DateTimeOffset? due, IReadOnlyList<ExecutionChange> changes, IReadOnlyList<string>? needs = null)
    {
        var content = pending.Take(lease, due, changes, needs ?? []);
        var entries = content.Entries;
        using var span = entries.Count > 0 ? ActantTracing.Source.StartActivity("append journal", ActivityKind.Client) : null;
        span?.SetTag("db.system.name", thread.Services.Store.SystemName).SetTag("db.operation.name", "append").SetTag("actant.entries", entries.Count);
        var result = await journal.AppendAsync(entries, content.Complete, part => Stored(part, content.IsStep));
        if (result.Outcome is AppendOutcome.Stored or AppendOutcome.Replayed && entries.Count > 0 && !(result.LeaseIsGone && journal.Stored < content.Sent))
        {
            Stored(journal.Stored < entries[0].Position ? entries : [.. entries.SkipWhile(entry => entry.Position <= journal.Stored)], content.IsStep);
        }
        else if (result.Outcome == AppendOutcome.CancelRequested)
        {
            pending.PutBack(content);
            return result;
        }

        if (content.Outbox is not null)
        {
            thread.Services.Outbox.Poll();
        }

        foreach (var (change, _) in content.Earlier)
        {
            if (change.Status.IsEnd())
            {
                thread.Services.Waiters.Complete(change.Execution, null);
                thread.Services.Meter.Ended(null, change.Status, change.Failure, thread.Now);
            }
        }

        return result;
    }

    /// <summary>What follows from the answer to an append.</summary>
    /// <exception cref="LeaseLostException">Somebody else has the thread.</exception>
    /// <exception cref="PositionConflictException">Something else stands in the journal than was thought.</exception>
    public async ValueTask FollowUpAsync(AppendResult result)
    {
        switch (result.Outcome)
        {
            case AppendOutcome.LeaseLost:
                throw new LeaseLostException();
            case AppendOutcome.PositionConflict:
                throw new PositionConflictException(thread.Key, journal.Stored);
            case AppendOutcome.Replayed when result.LeaseIsGone:
                throw new LeaseLostException();
        }

        if (result.SignalNumber > pending.SeenSignal && !course.IsReleased)
        {
            await inbox.TakeAsync();
        }

        if (_inFlight is null)
        {
            await journal.SnapshotAsync();
        }
    }

    private void Stored(IReadOnlyList<Entry> entries, bool isStep)
    {
        journal.MarkStored(entries[^1].Position);
        pending.MarkStored(journal.Stored);
        thread.Live.Stored(entries);
        if (isStep)
        {
            stepStored();
        }
    }
}
