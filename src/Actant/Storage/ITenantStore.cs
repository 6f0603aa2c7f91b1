
namespace Actant.Storage;

/// <summary>One tenant's executions, threads and definitions. Every rule of <see cref="IActantStore"/> holds here too.</summary>
public interface ITenantStore
{
    /// <summary>Whose view this is.</summary>
    TenantId Tenant { get; }

    /// <summary>
    /// Accepts executions, each by itself: idempotent by its key, its thread made where missing, its input put into the
    /// inbox. Busy, strategy and direct lease are decided on the locked thread row; see <see cref="SubmitOutcome"/>. With a cap on
    /// the tenant nothing is leased at once that would go over it, or past those that wait for room. Nodes do not wait for one another
    /// here: what several lease in the same moment may go over the cap by as many. So it is with the bound of the tenant's queue:
    /// what is full is refused, the rest of the call is not.
    /// </summary>
    ValueTask<IReadOnlyList<SubmitResult>> SubmitAsync(IReadOnlyList<Submission> submissions, CancellationToken cancellationToken);

    /// <summary>
    /// Puts signals of one thread into its inbox, all or none, without its lease. Raises the thread's signal number and makes
    /// the thread ready in the same transaction. Idempotent by key: a known key with the same body is <c>Replayed</c>, with
    /// another body <c>KeyConflict</c>; so the first answer to an interrupt wins. Of known and new keys together, the new ones are
    /// stored. A cancel that names no execution means the current one.
    /// </summary>
    ValueTask<SignalResult> SignalAsync(string thread, IReadOnlyList<Signal> signals, CancellationToken cancellationToken);

    /// <summary>Lets a submission made with <c>Held</c> be taken, and keeps who did first. <c>false</c> when there is no such execution; idempotent.</summary>
    ValueTask<bool> StartAsync(ExecutionId execution, Principal? by, CancellationToken cancellationToken);

    /// <summary>
    /// Threads with executions about a subject, and forks of such threads, in the order of their names, behind one of them; at most
    /// <paramref name="limit"/> (1 to 1,000).
    /// </summary>
    ValueTask<IReadOnlyList<string>> FindThreadsAsync(string subject, string? after, int limit, CancellationToken cancellationToken);

    /// <summary>One execution, or <c>null</c>.</summary>
    ValueTask<ExecutionRecord?> GetExecutionAsync(ExecutionId execution, CancellationToken cancellationToken);

    /// <summary>The execution that was submitted with an idempotency key, or <c>null</c>.</summary>
    ValueTask<ExecutionRecord?> FindExecutionAsync(string idempotencyKey, CancellationToken cancellationToken);

    /// <summary>Executions, newest first, by index.</summary>
    ValueTask<Page<ExecutionRecord>> ListExecutionsAsync(ExecutionFilter filter, string? cursor, int limit, CancellationToken cancellationToken);

    /// <summary>One thread, or <c>null</c>.</summary>
    ValueTask<ThreadRecord?> GetThreadAsync(string thread, CancellationToken cancellationToken);

    /// <summary>Threads, most recently changed first.</summary>
    ValueTask<Page<ThreadRecord>> ListThreadsAsync(string? cursor, int limit, CancellationToken cancellationToken);

    /// <summary>Entries from a position on, in order, at most <paramref name="limit"/> (1 to 1,000). Empty past the end or without the thread.</summary>
    ValueTask<IReadOnlyList<StoredEntry>> ReadAsync(string thread, long from, int limit, CancellationToken cancellationToken);

    /// <summary>A blob of a thread, or <c>null</c>.</summary>
    ValueTask<byte[]?> ReadBlobAsync(string thread, BlobHash hash, CancellationToken cancellationToken);

    /// <summary>
    /// Copies a thread's entries up to a position, with their numbers, and the blobs into a new thread, then appends the given
    /// entry under epoch 0. The two threads share nothing afterwards; the new one's leases have larger epochs than any copied entry.
    /// A store that writes to disk copies in pieces of about 1 MiB, between which others write; nobody sees the new thread before the
    /// last one, and what a process leaves half-way is removed by a later one.
    /// </summary>
    ValueTask<BranchOutcome> ForkAsync(ForkRequest request, CancellationToken cancellationToken);

    /// <summary>Appends a <c>Rewound</c> entry to a thread on which no execution is open, as if leased for that moment: under an epoch of its own.</summary>
    ValueTask<BranchOutcome> RewindAsync(RewindRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Puts other bodies in place of those of some entries, the only change that an entry ever sees; removes blobs and the snapshot, and
    /// appends an entry that says so, under an epoch of its own: all in one commit. Not while the thread is leased
    /// (<see cref="BranchOutcome.Busy"/>), for what its holder knows would be written again; an execution may be open. A snapshot from before
    /// is not taken any more.
    /// </summary>
    ValueTask<BranchOutcome> EraseAsync(EraseRequest request, CancellationToken cancellationToken);

    /// <summary>What was made by the fork or rewind with a key, or <c>null</c>.</summary>
    ValueTask<BranchRecord?> FindBranchAsync(string key, CancellationToken cancellationToken);

    /// <summary>
    /// Ends the lease at once (the holder's next append is <see cref="AppendOutcome.LeaseLost"/>), then removes everything of
    /// the thread in batches of at most 1,000 rows. <c>false</c> when there was no such thread. Repeatable after a crash.
    /// </summary>
    ValueTask<bool> DeleteThreadAsync(string thread, CancellationToken cancellationToken);

    /// <summary>What waits to leave, or what is dead: the newest first.</summary>
    ValueTask<Page<OutboxRecord>> ListOutboxAsync(bool dead, string? cursor, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Lets a dead outbox row be tried again, at once and from the first try on, behind what waits in its lane; its delivery id stays.
    /// <c>false</c> when there is no dead one of that id.
    /// </summary>
    ValueTask<bool> ResendAsync(Guid delivery, CancellationToken cancellationToken);

    /// <summary>Stores an immutable definition under its content hash. Idempotent.</summary>
    ValueTask WriteDefinitionAsync(BlobHash hash, ReadOnlyMemory<byte> definition, CancellationToken cancellationToken);

    /// <summary>Sets the tenant's share; it counts from the next take and submission on. What runs is not stopped.</summary>
    ValueTask SetShareAsync(TenantShare share, CancellationToken cancellationToken);

    /// <summary>The tenant's share.</summary>
    ValueTask<TenantShare> GetShareAsync(CancellationToken cancellationToken);

    /// <summary>Why an execution waits; <c>null</c> when there is none, or it has started and neither was left nor is quarantined.</summary>
    ValueTask<ExecutionWait?> FindWaitAsync(ExecutionId execution, CancellationToken cancellationToken);

    /// <summary>
    /// Counts what is stored of the tenant, as it stands when the call begins or later. The numbers stand beside what they are of, so no
    /// content is read; but it takes as long as there are rows, so it is not for every request.
    /// </summary>
    ValueTask<StoredBytes> MeasureAsync(CancellationToken cancellationToken);

    /// <summary>Its agents, keys and other records.</summary>
    IRecordStore Records { get; }

    /// <summary>
    /// What was used from one day (UTC) to another, both included, by day, agent, provider and model. Of threads that were
    /// deleted too.
    /// </summary>
    ValueTask<IReadOnlyList<DailyUsage>> ReadUsageAsync(DateOnly first, DateOnly last, CancellationToken cancellationToken);

    /// <summary>A stored definition, or <c>null</c>.</summary>
    ValueTask<byte[]?> ReadDefinitionAsync(BlobHash hash, CancellationToken cancellationToken);
}
