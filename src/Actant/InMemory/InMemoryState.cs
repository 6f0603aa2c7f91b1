using System.Diagnostics.CodeAnalysis;
using Actant.Storage;

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
        Schedule = new InMemorySchedule(Tenants);
    }

    public ProcessClock Clock { get; }

    public DateTimeOffset Now => Clock.Now;

    public IdGenerator Ids { get; }

    public InMemoryTenants Tenants { get; }

    public InMemorySchedule Schedule { get; }

    public InMemoryOutbox Outbox { get; } = new();

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

    public IEnumerable<InMemoryThread> Threads => _threads.Values;

    public IEnumerable<InMemoryExecution> Executions => _executions.Values;

    /// <summary>Finds a thread, with a lease whose session has expired already taken off.</summary>
    public bool TryGetThread(ThreadKey key, DateTimeOffset now, [NotNullWhen(true)] out InMemoryThread? thread)
    {
        if (!_threads.TryGetValue(key, out thread))
            return false;
        if (thread.Holder is { } holder && holder.ExpiresAt <= Clock.Steady)
            End(holder, now, lost: true);
        return true;
    }

    public InMemoryThread AddThread(ThreadKey key, long epoch, DateTimeOffset now)
    {
        var thread = new InMemoryThread(key, ++_sequence, Math.Max(epoch, _epochFloor), now) { UpdatedAt = now };
        _threads.Add(key, thread);
        return thread;
    }

    public InMemoryExecution? FindExecution(TenantId tenant, ExecutionId id) => _executions.GetValueOrDefault((tenant, id));

    public InMemoryExecution? FindExecution(TenantId tenant, string key) => _keys.GetValueOrDefault((tenant, key));

    public InMemoryExecution AddExecution(InMemoryThread thread, Submission submission, DateTimeOffset now)
    {
        var record = new ExecutionRecord
        {
            Id = submission.Id,
            Thread = thread.Key,
            Status = ExecutionStatus.Pending,
            Agent = submission.Agent,
            Definition = submission.Definition,
            Priority = submission.Priority,
            Held = submission.Held,
            Deadline = submission.Deadline,
            CreatedAt = now,
            IdempotencyKey = submission.IdempotencyKey,
            Tags = submission.Tags,
        };
        if (submission.Tags?.Subject is { } subject)
            thread.Subjects.Add(subject);
        var execution = new InMemoryExecution(++_sequence, thread, record, submission.Fingerprint, submission.AcceptedBy, submission.GoesAhead);
        _executions.Add((thread.Key.Tenant, submission.Id), execution);
        if (submission.IdempotencyKey is { } key)
            _keys.Add((thread.Key.Tenant, key), execution);
        thread.Executions.Add(execution);
        thread.Pending.Add(execution);
        thread.ChooseCurrent();
        return execution;
    }

    /// <summary>Gives an unleased thread to a session, with the entry that says so.</summary>
    public TakenThread Lease(InMemoryThread thread, InMemorySession session, TakeRequest request, DateTimeOffset now)
    {
        if (thread.LeaseWasLost)
            thread.Crashes++;
        thread.LeaseWasLost = false;
        thread.Needs = [];
        thread.Epoch++;
        thread.Holder = session;
        session.Threads.Add(thread);
        Tenants[thread.Key.Tenant].Running++;
        thread.Seen = thread.SignalNumber;
        thread.UpdatedAt = now;
        if (thread.Current is { } current)
        {
            thread.Pending.Remove(current);
            thread.Open = current;
            current.Record = current.Record with { Status = ExecutionStatus.Running, StartedAt = current.Record.StartedAt ?? now };
            NotifyAccepter(current, session);
        }

        var taken = thread.Append(Ids.Next(), null, thread.Epoch, request.TakenBody);
        Schedule.Place(thread, InMemoryReadiness.Idle);
        return new TakenThread(thread.Key, thread.Epoch, taken, thread.SignalNumber, thread.Crashes, thread.Current?.Record) { DiedAlone = thread.DiedAlone };
    }

    /// <summary>The next of a thread's signals.</summary>
    public InboxPage ReadInbox(InMemoryThread thread, long after)
    {
        var signals = new List<InboxSignal>();
        var bytes = 0L;
        foreach (var signal in thread.Read(after))
        {
            if (signals.Count == StorageLimits.MaxItems || bytes >= InboxPage.MaxBytes)
                return new InboxPage(signals, thread.SignalNumber, IsMore: true);
            var target = signal is { Kind: SignalKind.Cancel or SignalKind.Stop, Execution: { } id } ? FindExecution(thread.Key.Tenant, id)?.Record : null;
            signals.Add(new InboxSignal(signal.Number, signal.Kind, signal.Execution, signal.Key, signal.Body, signal.At, target));
            bytes += signal.Body.Length;
        }

        return new InboxPage(signals, thread.SignalNumber, IsMore: false);
    }

    public void SetShare(TenantId tenant, TenantShare share)
    {
        Tenants[tenant].Share = share;
        Wakeups.Publish(new Wakeup(WakeupKind.WorkIsReady));
    }

    public void MakeReady(InMemoryThread thread)
    {
        Schedule.Place(thread, InMemoryReadiness.Ready);
        Wakeups.Publish(new Wakeup(WakeupKind.WorkIsReady));
    }

    /// <summary>Notifies the node that accepted an execution, where another one carries it on.</summary>
    public void NotifyAccepter(InMemoryExecution execution, InMemorySession holder)
    {
        if (execution.AcceptedBy is { } accepter && accepter != holder.Id)
            Wakeups.Publish(new Wakeup(WakeupKind.Progressed, execution.Thread.Key, execution.Record.Id));
    }

    public void Unlease(InMemoryThread thread)
    {
        if (thread.Holder is not { } holder)
            return;
        holder.Threads.Remove(thread);
        thread.Holder = null;
        Tenants[thread.Key.Tenant].Running--;
    }

    /// <summary>Ends a session: its threads are ready for others, its outbox rows anybody's.</summary>
    public void End(InMemorySession session, DateTimeOffset now, bool lost)
    {
        Sessions.Remove(session);
        Span<int> held = [.. Enumerable.Range(0, Quarantine.From + 1).Select(crashes => session.Threads.Count(thread => thread.Crashes >= crashes))];
        foreach (var thread in session.Threads.ToArray())
        {
            Unlease(thread);
            thread.LeaseWasLost = lost;
            thread.DiedAlone += lost && Quarantine.IsAlone(thread.Crashes, held) ? 1 : 0;
            MakeReady(thread);
        }

        Outbox.Disown(session, now);
    }

    public void EndExpired(DateTimeOffset now)
    {
        foreach (var session in Sessions.Expired(Clock.Steady))
            End(session, now, lost: true);
    }

    public void Remove(InMemoryThread thread)
    {
        if (thread.Holder is not null)
            Wakeups.Publish(new Wakeup(WakeupKind.LeaseEnded, thread.Key));
        Unlease(thread);
        Schedule.Place(thread, InMemoryReadiness.Idle);
        Outbox.RemoveAll(thread);
        _epochFloor = Math.Max(_epochFloor, thread.Epoch);
        _threads.Remove(thread.Key);
        foreach (var (key, _) in BranchKeys.Where(branch => branch.Value.Thread == thread).ToList())
            BranchKeys.Remove(key);
        foreach (var execution in thread.Executions)
        {
            _executions.Remove((thread.Key.Tenant, execution.Record.Id));
            if (execution.Record.IdempotencyKey is { } key)
                _keys.Remove((thread.Key.Tenant, key));
        }
    }
}
