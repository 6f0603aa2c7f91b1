using Actant.Storage;

namespace Actant.Sqlite;

/// <summary>What a write works with: the tables on the writer's connection, the sessions, and what to do once it is committed.</summary>
internal sealed class WriteScope
{
    private readonly HashSet<Wakeup> _wakeups = [];
    private readonly List<Action> _afterCommit = [];

    public WriteScope(Connection connection, TimeProvider time, IdGenerator ids, WakeupBroadcast broadcast)
    {
        Clock = new ProcessClock(time);
        Connection = connection;
        Ids = ids;
        Broadcast = broadcast;
        Tenants = new TenantTable(connection);
        Shares = new ShareTable(this);
        Threads = new ThreadTable(this);
        Executions = new ExecutionTable(connection);
        Journal = new JournalTable(connection);
        Inbox = new InboxTable(connection);
        Outbox = new OutboxTable(connection);
        Sessions = new SessionTable(this);
    }

    public Connection Connection { get; }

    public IdGenerator Ids { get; }

    public WakeupBroadcast Broadcast { get; }

    public TenantTable Tenants { get; }

    public ShareTable Shares { get; }

    public ThreadTable Threads { get; }

    public ExecutionTable Executions { get; }

    public JournalTable Journal { get; }

    public InboxTable Inbox { get; }

    public OutboxTable Outbox { get; }

    public SessionTable Sessions { get; }

    public UsageSums Usage { get; } = new();

    public ProcessClock Clock { get; }

    public DateTimeOffset Now => Microseconds.Round(Clock.Now);

    /// <summary>Wakes after the commit, once for all equal ones of a batch.</summary>
    public void Wake(Wakeup wakeup) => _wakeups.Add(wakeup);

    public void WakeForWork() => Wake(new Wakeup(WakeupKind.WorkIsReady));

    /// <summary>Changes of what is only in memory: they must not happen when the transaction does not.</summary>
    public void AfterCommit(Action action) => _afterCommit.Add(action);

    /// <summary>Writes what was held back until all of a batch have written.</summary>
    public void Committing() => Usage.Write(Connection);

    public void Committed()
    {
        foreach (var action in _afterCommit)
            action();
        foreach (var wakeup in _wakeups)
            Broadcast.Publish(wakeup);
        Clear();
    }

    public void RolledBack()
    {
        Tenants.Forget();
        Shares.Forget();
        Usage.Clear();
        Clear();
    }

    private void Clear()
    {
        _afterCommit.Clear();
        _wakeups.Clear();
    }
}
