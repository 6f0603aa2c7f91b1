using System.Diagnostics.CodeAnalysis;
using Actant.Storage;
using Actant.StoreRules;

namespace Actant.InMemory;

/// <summary>What the store knows, and the moves that several operations share. Everything here needs the store's lock.</summary>
internal sealed class InMemoryState
{
    private readonly Dictionary<ThreadKey, InMemoryThread> _threads = [];
    private readonly Dictionary<(TenantId, ExecutionId), InMemoryExecution> _executions = [];
    private readonly Dictionary<(TenantId, string), InMemoryExecution> _keys = [];
    private long _sequence;

    // A thread that is made again after a deletion must not repeat epochs that a former holder may still carry.
    private long _epochFloor;

    public InMemoryState(TimeProvider time, IdGenerator ids)
    {
        Clock = new ProcessClock(time);
        Ids = ids;
        Tenants = new InMemoryTenants();
        Schedule = new InMemorySchedule(Tenants, Sessions);
    }

    public ProcessClock Clock { get; }

    public DateTimeOffset Now => Clock.Now;

    public IdGenerator Ids { get; }

    public InMemoryTenants Tenants { get; }

    public InMemorySchedule Schedule { get; }

    public InMemoryOutbox Outbox { get; } = new();

    public InMemoryDeadlines Deadlines { get; } = new();

    public InMemorySessions Sessions { get; } = new();

    public WakeupBroadcast Wakeups { get; } = new();

    public Dictionary<(TenantId, BlobHash), byte[]> Definitions { get; } = [];

    public Dictionary<(TenantId Tenant, string Kind, string Id), InMemoryRecord> Records { get; } = [];

    public Dictionary<(TenantId Tenant, DateOnly Day, string Agent, string Provider, string Model), UsageAmount> Usage { get; } = [];

    public Dictionary<(TenantId Tenant, string Key), InMemoryBranchKey> BranchKeys { get; } = [];

    public long NextSequence() => ++_sequence;

    public void Count(TenantId tenant, UsageAmount amount)
    {
        var key = (tenant, DateOnly.FromDateTime(Now.UtcDateTime), amount.Agent, amount.Provider, amount.Model);
        Usage[key] = Usage.TryGetValue(key, out var before) ? before.Plus(amount) : amount;
    }

    /// <summary>Counts what is kept of a tenant.</summary>
    public StoredBytes Measure(TenantId tenant)
    {
        List<InMemoryThread> threads = [.. Threads.Where(thread => thread.Key.Tenant == tenant)];
        return new StoredBytes(
            threads.Sum(static thread => thread.Bytes + (thread.Snapshot?.Content.Length ?? 0)),
            threads.Sum(static thread => thread.InboxBytes),
            Outbox.Rows.Where(row => row.Thread.Key.Tenant == tenant).Sum(static row => (long)row.Row.Body.Length),
            Definitions.Where(definition => definition.Key.Item1 == tenant).Sum(static definition => (long)definition.Value.Length)
                + Records.Where(record => record.Key.Tenant == tenant).Sum(static record => record.Value.Versions.Sum(static version => (long)version.Body.Length)));
    }

    public IEnumerable<InMemoryThread> Threads => _threads.Values;

    public IEnumerable<InMemoryExecution> Executions => _executions.Values;

    /// <summary>Finds a thread, with a lease whose session has expired already taken off.</summary>
    public bool TryGetThread(ThreadKey key, DateTimeOffset now, [NotNullWhen(true)] out InMemoryThread? thread)
    {
        if (!_threads.TryGetValue(key, out thread))
            return false;
        if (HolderOf(thread) is { } holder && holder.ExpiresAt <= Clock.Steady)
            End(holder, now, lost: true);
        return true;
    }

    public InMemoryThread AddThread(ThreadKey key, long epoch, DateTimeOffset now)
    {
        var thread = new InMemoryThread(key, ++_sequence, now) { Epoch = Math.Max(epoch, _epochFloor), UpdatedAt = now };
        _threads.Add(key, thread);
        return thread;
    }

    public InMemoryExecution? FindExecution(TenantId tenant, ExecutionId id) => _executions.GetValueOrDefault((tenant, id));

    public InMemoryExecution? FindExecution(TenantId tenant, string key) => _keys.GetValueOrDefault((tenant, key));

    /// <summary>The execution that has a submission's key already, or else its id.</summary>
    public InMemoryExecution? FindKnown(TenantId tenant, Submission submission) =>
        (submission.IdempotencyKey is { } key ? FindExecution(tenant, key) : null) ?? FindExecution(tenant, submission.Id);

    /// <summary>The session that leases a thread, expired or not.</summary>
    public InMemorySession? HolderOf(InMemoryThread thread) => thread.Place.Holder is { } holder ? Sessions[holder] : null;

    public InMemoryExecution AddExecution(InMemoryThread thread, Submission submission, DateTimeOffset now)
    {
        var record = ExecutionRow.Accepted(submission, thread.Key, submission.Deadline, now);
        if (submission.Tags?.Subject is { } subject)
            thread.Subjects.Add(subject);
        var execution = new InMemoryExecution(++_sequence, thread, record, submission);
        _executions.Add((thread.Key.Tenant, submission.Id), execution);
        if (submission.IdempotencyKey is { } key)
            _keys.Add((thread.Key.Tenant, key), execution);
        thread.Executions.Add(execution.Number, execution);
        thread.Pending.Add(execution);
        thread.AddExecution(execution, submission.GoesAhead);
        Deadlines.Add(execution);
        return execution;
    }

    /// <summary>Gives an unleased thread to a session, with the entry that says so, and saves it.</summary>
    public TakenThread Lease(InMemoryThread thread, InMemorySession session, TakeRequest request, DateTimeOffset now)
    {
        TakeRule.Lease(thread, session.Number, now);
        if (thread.Current is { } current)
        {
            thread.Pending.Remove(current);
            current.Record = current.Begun(now);
            NotifyAccepter(current, session);
        }

        var taken = thread.Append(Ids.Next(), null, thread.Epoch, request.TakenBody);
        Schedule.Save(thread);
        return TakeRule.Answer(thread, taken, thread.Current?.Record);
    }

    /// <summary>The next of a thread's signals.</summary>
    public InboxPage ReadInbox(InMemoryThread thread, long after) =>
        InboxRule.Page(
            thread.CallsAfter(after).Select(call => Read(thread, call)),
            thread.InputAfter(after) is { } input ? Read(thread, input) : null,
            thread.SignalNumber);

    public void SetShare(TenantId tenant, TenantShare share)
    {
        Tenants[tenant].Share = share;
        WakeForWork();
    }

    public void WakeForWork() => Wakeups.Publish(new Wakeup(WakeupKind.WorkIsReady));

    /// <summary>Notifies the node that accepted an execution, where another one carries it on.</summary>
    public void NotifyAccepter(InMemoryExecution execution, InMemorySession holder)
    {
        if (execution.AcceptedBy is { } accepter && accepter != holder.Id)
            Wakeups.Publish(new Wakeup(WakeupKind.Progressed, execution.Owner.Key, execution.Record.Id));
    }

    /// <summary>Ends a session: its threads are ready for others, its outbox rows anybody's.</summary>
    public void End(InMemorySession session, DateTimeOffset now, bool lost)
    {
        Span<int> held = [.. Enumerable.Range(0, Quarantine.From + 1).Select(crashes => session.Threads.Count(thread => thread.Crashes >= crashes))];
        foreach (var thread in session.Threads.ToArray())
        {
            thread.Place = thread.Place.Freed(lost);
            thread.DiedAlone += lost && Quarantine.IsAlone(thread.Crashes, held) ? 1 : 0;
            Schedule.Save(thread);
            WakeForWork();
        }

        Sessions.Remove(session);
        Outbox.Disown(session, now);
    }

    public void EndExpired(DateTimeOffset now)
    {
        foreach (var session in Sessions.Expired(Clock.Steady))
            End(session, now, lost: true);
    }

    public void Remove(InMemoryThread thread)
    {
        if (thread.IsLeased)
            Wakeups.Publish(new Wakeup(WakeupKind.LeaseEnded, thread.Key));
        thread.Place = ThreadPlace.Idle;
        Schedule.Save(thread);
        Outbox.RemoveAll(thread);
        _epochFloor = Math.Max(_epochFloor, thread.Epoch);
        _threads.Remove(thread.Key);
        foreach (var (key, _) in BranchKeys.Where(branch => branch.Value.Thread == thread).ToList())
            BranchKeys.Remove(key);
        foreach (var execution in thread.Executions.Values)
        {
            _executions.Remove((thread.Key.Tenant, execution.Record.Id));
            Deadlines.Remove(execution);
            if (execution.Record.IdempotencyKey is { } key)
                _keys.Remove((thread.Key.Tenant, key));
        }
    }

    private InboxSignal Read(InMemoryThread thread, InMemorySignal signal)
    {
        var target = signal is { Kind: SignalKind.Cancel or SignalKind.Stop, Execution: { } id } ? FindExecution(thread.Key.Tenant, id)?.Record : null;
        return new InboxSignal(signal.Number, signal.Kind, signal.Execution, signal.Key, signal.Body, signal.At, target);
    }
}
