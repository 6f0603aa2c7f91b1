using Actant.Journaling;
using Actant.Outbox;
using Actant.Steps;
using Actant.Storage;

namespace Actant.Loops;

/// <summary>
/// What goes into the next commit beside its entries: signals that they answer, what becomes of executions, what must leave; and
/// whether it is time for one. Each goes with the entry that it belongs to: neither is ever stored without the other.
/// </summary>
internal sealed class PendingCommit(LeasedThread thread, LoopJournal journal)
{
    private readonly List<(long Number, long Position)> _consumed = [];
    private readonly List<(ExecutionChange Change, long Position)> _changes = [];
    private readonly List<(StepOutcome Outcome, long Position)> _unstored = [];
    private List<(OutboxRow Row, long Position)>? _outbox;

    /// <summary>Up to which signal everything is seen.</summary>
    public long SeenSignal { get; set; }

    /// <summary>Whether something must be stored before what follows.</summary>
    public bool IsDue { get; private set; }

    /// <summary>Whether what follows waits until it is stored, however durable the definition wants it.</summary>
    public bool MustWait { get; private set; }

    /// <summary>Whether a finished step is among it.</summary>
    public bool IsStep { get; private set; }

    /// <summary>Whether signals are consumed by it.</summary>
    public bool HasConsumed => _consumed.Count > 0;

    /// <summary>Whether something becomes of an execution with it.</summary>
    public bool HasChanges => _changes.Count > 0;

    /// <summary>What was made must be stored before what follows.</summary>
    public void Require() => IsDue = true;

    /// <summary>What was made must be stored before what follows, which waits for it.</summary>
    public void RequireStored() => IsDue = MustWait = true;

    /// <summary>What follows waits for the next commit.</summary>
    public void RequireWait() => MustWait = true;

    /// <summary>A step is finished, which must be stored before what follows.</summary>
    public void RequireStep() => IsDue = IsStep = true;

    /// <summary>What follows has waited.</summary>
    public void Waited() => MustWait = false;

    /// <summary>The signal is taken out with the entry that is made next, soon.</summary>
    public void Consume(InboxSignal signal)
    {
        TakeOut(signal);
        Require();
    }

    /// <summary>The signal is taken out with the entry that is made next.</summary>
    public void TakeOut(InboxSignal signal) => _consumed.Add((signal.Number, journal.Next));

    /// <summary>The change is stored with the last entry that was made.</summary>
    public void Note(ExecutionChange change) => _changes.Add((change, journal.Next - 1));

    /// <summary>Those who asked for it are told of an entry that was just made.</summary>
    public void Deliver(Entry entry, ExecutionId execution, ExecutionStatus status, IReadOnlyList<DeliveryTarget>? targets)
    {
        var always = thread.Services.Options.Deliveries.Always;
        if (targets is null && always.Count == 0)
        {
            return;
        }

        var what = DeliveryEvents.Of(status);
        foreach (var target in (targets ?? []).Concat(always).Where(target => target.Hears(what)))
        {
            (_outbox ??= []).Add((DeliveryNote.RowFor(thread.Services.Ids.Next(), thread.Key.Tenant, target, execution, what), entry.Position));
        }
    }

    /// <summary>Another thread is told of an entry that was just made.</summary>
    public void Send(Entry entry, string to, ExecutionId child, string what) => Send(entry.Position, to, child, what, entry.Position);

    /// <summary>A person is asked. Several questions of one commit are told of together, with the last of them.</summary>
    public void DeliverQuestion(Entry entry)
    {
        if (journal.Execution is { DeliverTo: { } targets } execution)
        {
            _outbox?.RemoveAll(row => DeliveryNote.Read(row.Row) is { Event: DeliveryEvents.Interrupted } note && note.Execution == execution.Id);
            Deliver(entry, execution.Id, ExecutionStatus.Interrupted, targets);
        }
    }

    /// <summary>
    /// Of the outcome of an unsafe call a person may be asked, if it is not stored here: with the next entry it is.
    /// </summary>
    public void Unstored(StepOutcome outcome) => _unstored.Add((outcome, journal.Next));

    /// <summary>Takes everything out that waits, entries too, to be appended with what becomes of the lease.</summary>
    public CommitContent Take(LeaseChange lease, DateTimeOffset? due, IReadOnlyList<ExecutionChange> changes, IReadOnlyList<string> needs)
    {
        foreach (var (child, position) in journal.TakeAbandoned())
        {
            Send(position, child.Thread, child.Child, DeliveryNote.ChildCancel, null);
        }

        var content = new CommitContent(this, thread.Record?.Agent)
        {
            Entries = journal.TakePending(),
            Consumed = [.. _consumed],
            Earlier = _changes.Count == 0 ? [] : EarlierThan(changes),
            Outbox = _outbox,
            IsStep = IsStep,
            Lease = lease,
            Due = due,
            Changes = changes,
            Needs = needs,
        };
        Clear();
        IsDue = IsStep = false;
        return content;
    }

    /// <summary>Everything up to a position is stored.</summary>
    public void MarkStored(long position)
    {
        if (_unstored.Count > 0)
        {
            var last = position;
            _unstored.RemoveAll(outcome => outcome.Position <= last);
        }
    }

    /// <summary>What was not appended waits again.</summary>
    public void PutBack(CommitContent content)
    {
        journal.PutBack(content.Entries.SkipWhile(entry => entry.Position <= journal.Stored));
        _consumed.AddRange(content.Consumed.Where(signal => signal.Position > content.Sent));
        _changes.AddRange(content.Earlier.Where(change => change.Position > content.Sent));
        _outbox = content.Outbox?.FindAll(row => row.Position > content.Sent);
        IsStep |= content.IsStep;
    }

    /// <summary>What was to leave with an entry, or with one behind it, stays.</summary>
    public void TakeBack(long position) => _outbox?.RemoveAll(row => row.Position >= position);

    /// <summary>Nothing that was decided from a state that was thrown away is urgent.</summary>
    public void StartOver() => IsDue = MustWait = IsStep = false;

    /// <summary>Forgets what belongs to entries that are not stored; outcomes that nobody knows then are handed in.</summary>
    public void Forget()
    {
        Clear();
        HandInUnstored();
    }

    /// <summary>Outcomes of unsafe calls that will not be stored here.</summary>
    public void HandInUnstored()
    {
        foreach (var (outcome, _) in _unstored)
        {
            thread.Services.Late.HandIn(outcome);
        }

        _unstored.Clear();
    }

    /// <summary>What became of executions on the way of which nothing else becomes in the end.</summary>
    private List<(ExecutionChange Change, long Position)> EarlierThan(IReadOnlyList<ExecutionChange> changes) =>
        _changes.FindAll(earlier => changes.All(change => change.Execution != earlier.Change.Execution));

    private void Send(long with, string to, ExecutionId child, string what, long? position) =>
        (_outbox ??= []).Add((DeliveryNote.RowFor(thread.Services.Ids.Next(), thread.Key.Tenant, to, child, what, position), with));

    private void Clear()
    {
        _consumed.Clear();
        _changes.Clear();
        _outbox = null;
    }
}
