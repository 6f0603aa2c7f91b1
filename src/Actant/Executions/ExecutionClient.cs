using Actant.Events;
using Actant.Journaling;
using Actant.Loops;
using Actant.Scheduling;
using Actant.Storage;

namespace Actant.Executions;

/// <summary>
/// What one tenant can ask of the engine: submit, look, steer. Every way in is a translation to these calls. What is refused
/// is a value with a stable code; nothing was stored then.
/// </summary>
public sealed class ExecutionClient
{
    private readonly ClientParts _parts;
    private readonly Principal? _principal;

    internal ExecutionClient(LoopServices services, Scheduler scheduler, TenantId tenant)
        : this(new ClientParts(new TenantScope(services, scheduler, services.Store.For(tenant))), null)
    {
    }

    private ExecutionClient(ClientParts parts, Principal? principal)
    {
        _parts = parts;
        _principal = principal;
    }

    /// <summary>Whose executions these are.</summary>
    public TenantId Tenant => _parts.Store.Tenant;

    /// <summary>What goes between parents and children.</summary>
    internal ChildDeliveries Children => _parts.Children;

    /// <summary>
    /// The same for somebody: what is submitted, answered, cancelled and changed through it goes on record with them. Whoever lets
    /// others in says here who they are; nothing that they send can say it.
    /// </summary>
    /// <exception cref="ArgumentException">A part of it is not 1 to 255 printable characters.</exception>
    public ExecutionClient As(Principal? principal)
    {
        foreach (var part in new[] { principal?.KeyId, principal?.UserId, principal?.Role })
        {
            if (part is not null && !NameRules.IsName(part))
            {
                throw new ArgumentException("The parts of a principal have 1 to 255 printable characters.", nameof(principal));
            }
        }

        return new ExecutionClient(_parts, principal is { Unknown: not null } ? principal with { Unknown = null } : principal);
    }

    /// <summary>
    /// Accepts an execution. When the task ends it is stored, and it runs unless it is held; where this process has room it
    /// has begun already.
    /// </summary>
    public Task<Reply<ExecutionRecord>> SubmitAsync(SubmitRequest request, CancellationToken cancellationToken) =>
        _parts.Submitter.SubmitAsync(request, _principal, cancellationToken);

    /// <summary>
    /// An execution with everything it gave so far, or <c>null</c>. A question whose answer is stored is none any more; with the last one
    /// answered it counts as running, before a node has taken the answer up.
    /// </summary>
    public Task<ExecutionResult?> GetAsync(ExecutionId id, CancellationToken cancellationToken) => _parts.Results.GetAsync(id, cancellationToken);

    /// <summary>The row of an execution, or <c>null</c>; cheaper than <see cref="GetAsync"/>.</summary>
    public async Task<ExecutionRecord?> GetRecordAsync(ExecutionId id, CancellationToken cancellationToken) =>
        await _parts.Store.GetExecutionAsync(id, cancellationToken);

    /// <summary>Why an execution waits; <c>null</c> when there is none, or it has started.</summary>
    public async Task<ExecutionWait?> FindWaitAsync(ExecutionId id, CancellationToken cancellationToken) =>
        await _parts.Store.FindWaitAsync(id, cancellationToken);

    /// <summary>The execution that was submitted with a key, or <c>null</c>.</summary>
    public async Task<ExecutionRecord?> FindAsync(string idempotencyKey, CancellationToken cancellationToken) =>
        await _parts.Store.FindExecutionAsync(idempotencyKey, cancellationToken);

    /// <summary>Executions, newest first.</summary>
    public async Task<Page<ExecutionRecord>> ListAsync(ExecutionFilter filter, string? cursor, int limit, CancellationToken cancellationToken) =>
        await _parts.Store.ListExecutionsAsync(filter, cursor, limit, cancellationToken);

    /// <summary>
    /// Waits until an execution has ended or waits for a person. A question whose answer is stored is none any more: who answers
    /// and then waits is not asked the same again, however long it takes until a node takes the answer up.
    /// </summary>
    /// <exception cref="KeyNotFoundException">There is no such execution, or it was deleted meanwhile.</exception>
    public Task<ExecutionResult> WaitAsync(ExecutionId id, CancellationToken cancellationToken) => _parts.Waiter.WaitAsync(id, cancellationToken);

    /// <summary>
    /// The events of an execution after a place (all of them without one), until it has ended. Can be joined late and resumed
    /// with the last id seen, without losing or repeating an event.
    /// </summary>
    /// <exception cref="KeyNotFoundException">There is no such execution.</exception>
    public IAsyncEnumerable<StreamEvent> EventsAsync(ExecutionId id, EventId? after, CancellationToken cancellationToken) =>
        _parts.Results.EventsAsync(id, after, cancellationToken);

    /// <summary>Lets an execution that was submitted with <c>start: false</c> begin. Idempotent.</summary>
    public Task<Reply<ExecutionRecord>> StartAsync(ExecutionId id, CancellationToken cancellationToken) =>
        _parts.Steering.StartAsync(id, _principal, cancellationToken);

    /// <summary>
    /// Pauses an execution when its running steps have ended; any answer to its interrupt lets it go on. One that waits for its
    /// turn is paused when that comes; one that was never started is refused with <c>execution_not_started</c>.
    /// </summary>
    public Task<Reply<ExecutionRecord>> StopAsync(ExecutionId id, CancellationToken cancellationToken) =>
        _parts.Steering.StopAsync(id, _principal, cancellationToken);

    /// <summary>
    /// Ends an execution: what is in flight is aborted, nothing starts afterwards. Works while it is queued, asleep or held. A
    /// second cancel answers as the first.
    /// </summary>
    public Task<Reply<ExecutionRecord>> CancelAsync(ExecutionId id, string? reason, CancellationToken cancellationToken) =>
        _parts.Steering.CancelAsync(id, reason, _principal, cancellationToken);

    /// <summary>Answers questions of an execution, all or none. The first answer to a question wins.</summary>
    public Task<Reply<ExecutionRecord>> ResumeAsync(ExecutionId id, ResumeRequest request, CancellationToken cancellationToken) =>
        _parts.Steering.ResumeAsync(id, request, _principal, cancellationToken);

    /// <summary>A thread, or <c>null</c>.</summary>
    public async Task<ThreadRecord?> GetThreadAsync(string thread, CancellationToken cancellationToken) =>
        await _parts.Store.GetThreadAsync(thread, cancellationToken);

    /// <summary>Threads, most recently changed first.</summary>
    public async Task<Page<ThreadRecord>> ListThreadsAsync(string? cursor, int limit, CancellationToken cancellationToken) =>
        await _parts.Store.ListThreadsAsync(cursor, limit, cancellationToken);

    /// <summary>A thread's state at a position (the last one if absent), or <c>null</c> when there is no such thread or position.</summary>
    /// <exception cref="JournalUnreadableException">An entry that counts for it cannot be read.</exception>
    /// <exception cref="NewerFormatException">An entry that counts for it is of a newer release.</exception>
    public Task<ThreadView?> GetStateAsync(string thread, long? position, CancellationToken cancellationToken) =>
        _parts.States.ReadAsync(thread, position, cancellationToken);

    /// <summary>
    /// A thread's entries from a position on, at most 500, and fewer where they are large. One that cannot be read, or that a newer release wrote, is an
    /// <see cref="UnknownPayload"/>. Each position is a checkpoint: its state can be read, forked and gone back to.
    /// </summary>
    public Task<IReadOnlyList<Entry>> GetHistoryAsync(string thread, long from, int limit, CancellationToken cancellationToken) =>
        _parts.States.HistoryAsync(thread, from, limit, cancellationToken);

    /// <summary>
    /// Changes the state of a thread, also while an execution runs on it: it is stored when this task ends, and becomes an entry when
    /// the thread's owner sees it, between two steps. What does not fit then (a schema of the open execution, a bound) changes nothing, and the
    /// entry says why. Of the conversation only the end grows while an execution is open; nothing of what was said goes away under it.
    /// </summary>
    public Task<Reply<ThreadRecord>> UpdateStateAsync(string thread, StateUpdateRequest request, CancellationToken cancellationToken) =>
        _parts.Updates.UpdateAsync(thread, request, _principal, cancellationToken);

    /// <summary>
    /// Copies a thread up to a position into a new one. An execution that was open there goes on in the copy under a new id if
    /// asked to: what it does after that position happens again.
    /// </summary>
    public Task<Reply<Branch>> ForkAsync(string thread, long position, string? target, bool continues, CancellationToken cancellationToken) =>
        ForkAsync(thread, position, target, continues, idempotencyKey: null, cancellationToken);

    /// <summary>A fork that, asked for again with the same key, is the first one; with another body it is a conflict.</summary>
    public Task<Reply<Branch>> ForkAsync(
        string thread, long position, string? target, bool continues, string? idempotencyKey, CancellationToken cancellationToken) =>
        _parts.Branches.ForkAsync(thread, position, target, continues, idempotencyKey, _principal, cancellationToken);

    /// <summary>
    /// Takes a thread back to a position; what came after stays in its history. Only while no execution is open or queued on
    /// it. An execution that was open at that position goes on under a new id if asked to.
    /// </summary>
    public Task<Reply<Branch>> RewindAsync(string thread, long position, bool continues, CancellationToken cancellationToken) =>
        RewindAsync(thread, position, continues, idempotencyKey: null, cancellationToken);

    /// <summary>A rewind that, asked for again with the same key, is the first one; with another body it is a conflict.</summary>
    public Task<Reply<Branch>> RewindAsync(string thread, long position, bool continues, string? idempotencyKey, CancellationToken cancellationToken) =>
        _parts.Branches.RewindAsync(thread, position, continues, idempotencyKey, _principal, cancellationToken);

    /// <summary>Deletes a thread with everything on it; what runs on it is cancelled. <c>false</c> when there is none.</summary>
    public Task<bool> DeleteThreadAsync(string thread, CancellationToken cancellationToken) => _parts.Deletion.DeleteAsync(thread, cancellationToken);

    /// <summary>
    /// Deletes all threads about a subject, and their forks, as <see cref="DeleteThreadAsync"/> does, until there is none; answers with how
    /// many. Repeatable: what fails half-way is finished by the next call.
    /// </summary>
    public Task<int> EraseSubjectAsync(string subject, CancellationToken cancellationToken) => _parts.Deletion.DeleteAboutAsync(subject, cancellationToken);

    /// <summary>
    /// Takes the content out of entries: texts, arguments, results, values. Their form stays, so that the thread is folded as before and an open
    /// execution goes on, with <c>[erased]</c> where the content was. Refused with <c>thread_busy</c> while a process works on the thread: stop
    /// the execution first, or wait until it has ended. Copies in other entries are entries of their own; forks are threads of their own.
    /// </summary>
    /// <param name="thread">The thread.</param>
    /// <param name="positions">The entries; 1 to 1,000 of them.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The position of the entry that says so.</returns>
    public Task<Reply<Branch>> EraseAsync(string thread, IReadOnlyCollection<long> positions, CancellationToken cancellationToken) =>
        _parts.Erasure.EraseAsync(thread, positions, _principal, cancellationToken);

    /// <summary>
    /// The tool calls of a page of executions, newest execution first and its calls in their order: a view of the journal, so every
    /// call that was ever stored is in it.
    /// </summary>
    /// <param name="filter">Of which executions.</param>
    /// <param name="cursor">Where the page begins.</param>
    /// <param name="limit">How many executions a page covers; it has as many calls as they made.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public Task<Page<AuditedCall>> AuditAsync(ExecutionFilter filter, string? cursor, int limit, CancellationToken cancellationToken) =>
        _parts.Audit.ReadAsync(filter, cursor, limit, cancellationToken);

    /// <summary>What is still to be delivered, or what was given up: the newest first.</summary>
    public async Task<Page<Delivery>> ListDeliveriesAsync(bool dead, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var page = await _parts.Store.ListOutboxAsync(dead, cursor, limit, cancellationToken);
        return new Page<Delivery>([.. page.Items.Select(Delivery.Of)], page.Cursor);
    }

    /// <summary>
    /// Sends a delivery again that was given up: at once, behind what waits for the same address on its thread, and with as many tries as a new
    /// one. <c>false</c> when there is none of that id that was given up.
    /// </summary>
    public Task<bool> ResendAsync(Guid delivery, CancellationToken cancellationToken) => _parts.ResendAsync(delivery, cancellationToken);
}
