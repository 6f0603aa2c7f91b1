namespace Actant.Storage;

/// <summary>
/// Everything that survives a process, as the engine uses it. One conformance suite tests every implementation.
/// </summary>
/// <remarks>
/// <para><b>Truth.</b> A thread is one row, its journal, its inbox and its outbox. Every operation that changes a thread
/// decides on the locked thread row; none looks at the rows of another thread.</para>
/// <para><b>Atomic.</b> Each call for one thread (or one submission) happens as a whole or not at all. A store may commit many
/// callers' calls together; each caller gets its own outcome, and one caller's bad row never fails another's.</para>
/// <para><b>Answers.</b> A task that ends normally means stored and synced. A task that fails with
/// <see cref="StoreUnavailableException"/> means <i>unknown</i>: the caller repeats the very same call, which is then
/// recognised and answers as the first did. Losing a race is an outcome, never an exception. An
/// <see cref="ArgumentException"/> is a fault of the caller and nothing was stored.</para>
/// <para><b>Buffers</b> that are handed in may be reused after the task has ended; buffers that are handed out belong to the caller.</para>
/// <para><b>Clock.</b> Due times, leases and sessions are judged by the store's own clock, and whatever is handed in to be judged later (a
/// due time, a deadline) was made by it: it comes with each session and heartbeat. A store that one process owns judges sessions by
/// a clock that nobody sets.</para>
/// </remarks>
public interface IActantStore : IAsyncDisposable
{
    /// <summary>The view of one tenant: the only way to that tenant's executions and threads.</summary>
    ITenantStore For(TenantId tenant);

    /// <summary>What it keeps everything in, by the name that OpenTelemetry has for it: <c>sqlite</c>, <c>postgresql</c>.</summary>
    string SystemName => "memory";

    /// <summary>Opens a session of a node. Never fails for reasons of other sessions.</summary>
    ValueTask<Session> OpenSessionAsync(OpenSession request, CancellationToken cancellationToken);

    /// <summary>
    /// Prolongs a session by its length from now. <c>null</c> when it has ended: an ended session is never renewed, and its
    /// leases are free for others.
    /// </summary>
    ValueTask<Heartbeat?> RenewAsync(SessionId session, CancellationToken cancellationToken);

    /// <summary>
    /// The node that leases a thread, and where it is reached; <c>null</c> if nobody does, or if no other node can share this store.
    /// </summary>
    ValueTask<ThreadHolder?> FindHolderAsync(ThreadKey thread, CancellationToken cancellationToken);

    /// <summary>Ends a session at once; threads that it still leases are ready for others. Idempotent.</summary>
    ValueTask EndSessionAsync(SessionId session, CancellationToken cancellationToken);

    /// <summary>
    /// Leases up to <see cref="TakeRequest.Max"/> ready threads: those whose time has come, that nobody leases (or whose
    /// session has ended), of a format and behaviour the caller knows. Tenants take turns by virtual time: a taken thread moves its
    /// tenant's on by 1 / weight, the smallest is next, and a tenant that had nothing ready begins where the others are. A tenant at
    /// its cap is left out. Inside a tenant started executions come before new ones, then by priority and age together (see
    /// <see cref="Ageing"/>), then by submission; priorities never count between tenants. <see cref="TakeRequest.Only"/> asks for no turn, but keeps to the cap, unless the
    /// execution is to be cancelled. Before all these come threads that were left for want of what the session has
    /// (<see cref="AppendRequest.Needs"/>), and quarantined threads as far as <see cref="Quarantine"/> lets the session hold more of them, first come first; what
    /// is to be cancelled, is past its deadline or has died too often alone is let in beside them. They had their turn and are charged none again,
    /// but keep to the cap. In the same commit each thread's epoch grows by one, its <c>Taken</c> entry is
    /// appended, and its execution's status becomes <see cref="ExecutionStatus.Running"/> if it was pending.
    /// Empty when the session has ended. A repeated take is not recognised: a node whose take failed as unknown ends its session.
    /// </summary>
    ValueTask<TakeResult> TakeAsync(TakeRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// How many threads are ready, of all tenants, counted up to <paramref name="max"/> in all; beyond, it is open whose are left out.
    /// </summary>
    ValueTask<QueueDepth> MeasureQueueAsync(int max, CancellationToken cancellationToken);

    /// <summary>
    /// Appends to one thread and does with its lease, executions, inbox and outbox what the request says: all or nothing.
    /// See <see cref="AppendOutcome"/> for who wins which race. Recognition of a repeated append comes before the epoch check.
    /// </summary>
    /// <exception cref="ArgumentException">An entry is larger than <see cref="EncodedEntry.MaxBodyBytes"/> or there is nothing to do.</exception>
    ValueTask<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// The next of a thread's signals that no append has consumed, by number: every one that is no input, and of the inputs only that of
    /// the thread's current execution while it has no entry. However many executions wait, what steers the one that runs is read. At most
    /// 1,000 signals of about <see cref="InboxPage.MaxBytes"/>, and at least one.
    /// </summary>
    /// <param name="thread">The thread.</param>
    /// <param name="after">Only those with a larger number.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask<InboxPage> ReadInboxAsync(ThreadKey thread, long after, CancellationToken cancellationToken);

    /// <summary>The newest snapshot of a thread at or before a position, or <c>null</c>. A cache: may be gone at any time.</summary>
    ValueTask<StoredSnapshot?> ReadSnapshotAsync(ThreadKey thread, long atOrBefore, CancellationToken cancellationToken);

    /// <summary>Replaces the thread's snapshot if this one is newer. Outside any step's commit; losing it costs time only. Nothing is kept without the thread.</summary>
    ValueTask WriteSnapshotAsync(ThreadKey thread, StoredSnapshot snapshot, CancellationToken cancellationToken);

    /// <summary>Stores bytes under their content hash inside a thread, before the entry that names them. Idempotent. Nothing is kept without the thread.</summary>
    ValueTask WriteBlobAsync(ThreadKey thread, BlobHash hash, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>
    /// Executions that wait to begin, are neither held nor cancelled, and whose deadline has passed by the store's clock, the most overdue first. What
    /// keeps them from beginning (a cap, full slots, another execution or a question of their thread) keeps them from their end, too: whoever
    /// lists them sees to it.
    /// </summary>
    /// <param name="max">At most so many.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask<IReadOnlyList<OverdueExecution>> ListOverdueAsync(int max, CancellationToken cancellationToken);

    /// <summary>
    /// Leases outbox rows that are due: of each lane (destination, thread) only the first open
    /// row, and only rows whose writer has ended its session, handed them over (a retry), or left them for 30 s; the session
    /// that wrote a row may take it at once, and one that had to wait for others of its lane is anybody's when they are done. A row that was
    /// taken and not settled is free again after 30 s or that session's end.
    /// </summary>
    ValueTask<IReadOnlyList<OutboxDelivery>> TakeOutboxAsync(OutboxTakeRequest request, CancellationToken cancellationToken);

    /// <summary>Ends one try of an outbox row: delivered, to be tried again at a time, or dead. Idempotent by delivery id.</summary>
    /// <returns>Whether the next row of its lane may be taken now.</returns>
    ValueTask<bool> SettleOutboxAsync(Guid delivery, OutboxSettlement settlement, CancellationToken cancellationToken);

    /// <summary>
    /// Takes permits of a limit that all nodes on this store share. Of one limit no more permits are given than may be spent
    /// without passing its capacity within any window, however late within <see cref="Grant.SpendWithin"/> they are; what was given
    /// and never spent counts for a window, unless it comes back. A permit is free again after its window, at the latest a 64th
    /// of that later. A request whose answer was lost may be repeated: what it took then counts as never spent.
    /// <c>null</c> when the session has ended, where other nodes can share this store.
    /// </summary>
    ValueTask<Grant?> TakeGrantAsync(GrantRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// What this process should look at, until cancelled. Wake-ups may be lost (a heartbeat makes up for it) and may be
    /// spurious. Bounded and merged; a slow reader loses old ones.
    /// </summary>
    IAsyncEnumerable<Wakeup> WatchAsync(CancellationToken cancellationToken);

    /// <summary>The tenants that have records of a kind, by their ids, those after one; at most so many.</summary>
    ValueTask<IReadOnlyList<TenantId>> ListOwnersAsync(string kind, TenantId? after, int max, CancellationToken cancellationToken);

    /// <summary>The store's clock.</summary>
    ValueTask<DateTimeOffset> ReadClockAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Does a real round trip and really writes; fails when the store does not answer, is full, read-only or damaged, as far as it can
    /// tell, with <see cref="StoreUnavailableException.Remedy"/>.
    /// </summary>
    ValueTask PingAsync(CancellationToken cancellationToken);
}
