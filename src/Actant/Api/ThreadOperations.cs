using Actant.Executions;
using Actant.Storage;

namespace Actant.Api;

/// <summary>What can be asked of threads.</summary>
/// <param name="engine">Where they are.</param>
public sealed class ThreadOperations(ActantEngine engine)
{
    /// <summary>Threads, most recently changed first.</summary>
    public async Task<Reply<ThreadListView>> ListAsync(Caller caller, PageCommand command, CancellationToken cancellationToken) =>
        Operations.ListThreads.Forbids(caller) ?? await command.ShowAsync(
            (cursor, limit) => new ValueTask<Page<ThreadRecord>>(ClientOf(caller).ListThreadsAsync(cursor, limit, cancellationToken)),
            static page => new ThreadListView([.. page.Items.Select(ThreadSummary.Of)], page.Cursor));

    /// <summary>A thread.</summary>
    public async Task<Reply<ThreadSummary>> GetAsync(Caller caller, ThreadCommand command, CancellationToken cancellationToken) =>
        Operations.GetThread.Forbids(caller) ?? (await FindAsync(caller, command.Thread, cancellationToken)).Map(ThreadSummary.Of);

    /// <summary>A thread's state at a position.</summary>
    public async Task<Reply<ThreadStateView>> GetStateAsync(Caller caller, ThreadStateCommand command, CancellationToken cancellationToken)
    {
        if (Operations.GetThreadState.Forbids(caller) is { } refused)
        {
            return refused;
        }

        var found = await FindAsync(caller, command.Thread, cancellationToken);
        if (!found.IsDone)
        {
            return Reply<ThreadStateView>.Refused(found.Refusal);
        }

        var last = found.Value.Position;
        return command.Position <= last || command.Position is null
            ? await ClientOf(caller).GetStateAsync(command.Thread, command.Position, cancellationToken) is { } state
                ? Reply<ThreadStateView>.Done(ThreadStateView.Of(state))
                : NoPosition(last)
            : NoPosition(last);
    }

    /// <summary>Changes a thread's state, also while an execution runs on it.</summary>
    public async Task<Reply<ThreadSummary>> UpdateStateAsync(Caller caller, UpdateStateCommand command, CancellationToken cancellationToken) =>
        Operations.UpdateThreadState.Forbids(caller) ?? Refused<ThreadSummary>(command.Thread)
        ?? (await ClientOf(caller).UpdateStateAsync(command.Thread, command.ToRequest(), cancellationToken)).Map(ThreadSummary.Of);

    /// <summary>A thread's entries.</summary>
    public async Task<Reply<HistoryView>> GetHistoryAsync(Caller caller, HistoryCommand command, CancellationToken cancellationToken)
    {
        if (Operations.GetThreadHistory.Forbids(caller) is { } refused)
        {
            return refused;
        }

        var found = await FindAsync(caller, command.Thread, cancellationToken);
        if (!found.IsDone)
        {
            return Reply<HistoryView>.Refused(found.Refusal);
        }

        var entries = await ClientOf(caller).GetHistoryAsync(command.Thread, command.From, command.Limit, cancellationToken);
        var isLast = entries.Count < command.Limit && (entries.Count == 0 || entries[^1].Position >= found.Value.Position);
        return Reply<HistoryView>.Done(new HistoryView(command.Thread, entries, isLast ? null : entries[^1].Position + 1));
    }

    /// <summary>Copies a thread up to a position into a new one.</summary>
    public async Task<Reply<BranchView>> ForkAsync(Caller caller, ForkCommand command, CancellationToken cancellationToken) =>
        Operations.ForkThread.Forbids(caller) ?? Refused<BranchView>(command.Thread)
        ?? (await ClientOf(caller).ForkAsync(command.Thread, command.Position, command.Target, command.Continues, command.IdempotencyKey, cancellationToken)).Map(BranchView.Of);

    /// <summary>Takes a thread back to a position.</summary>
    public async Task<Reply<BranchView>> RewindAsync(Caller caller, RewindCommand command, CancellationToken cancellationToken) =>
        Operations.RewindThread.Forbids(caller) ?? Refused<BranchView>(command.Thread)
        ?? (await ClientOf(caller).RewindAsync(command.Thread, command.Position, command.Continues, command.IdempotencyKey, cancellationToken)).Map(BranchView.Of);

    /// <summary>Takes the content out of entries.</summary>
    public async Task<Reply<BranchView>> EraseAsync(Caller caller, EraseEntriesCommand command, CancellationToken cancellationToken) =>
        Operations.EraseEntries.Forbids(caller) ?? Refused<BranchView>(command.Thread)
        ?? (await ClientOf(caller).EraseAsync(command.Thread, [.. command.Positions], cancellationToken)).Map(BranchView.Of);

    /// <summary>Deletes a thread with everything on it.</summary>
    public async Task<Reply<EmptyView>> DeleteAsync(Caller caller, ThreadCommand command, CancellationToken cancellationToken) =>
        Operations.DeleteThread.Forbids(caller) ?? Refused<EmptyView>(command.Thread)
        ?? (await ClientOf(caller).DeleteThreadAsync(command.Thread, cancellationToken) ? Reply<EmptyView>.Done(EmptyView.Done) : Reply<EmptyView>.Refused(Unknown(command.Thread)));

    /// <summary>Deletes all threads about somebody, and their forks.</summary>
    public async Task<Reply<ErasedView>> EraseSubjectAsync(Caller caller, SubjectCommand command, CancellationToken cancellationToken) =>
        Operations.EraseSubject.Forbids(caller)
        ?? (NameRules.IsName(command.Subject)
            ? Reply<ErasedView>.Done(new ErasedView(await ClientOf(caller).EraseSubjectAsync(command.Subject, cancellationToken)))
            : Reply<ErasedView>.Refused(RefusalCodes.NotFound, "A subject has 1 to 255 characters, none of them a control character."));

    private static Refusal Unknown(string thread) =>
        new(RefusalCodes.ThreadNotFound, NameRules.IsName(thread) ? $"There is no thread '{thread}'." : "There is no such thread.");

    /// <summary>No thread can have such a name.</summary>
    private static Reply<T>? Refused<T>(string thread)
        where T : class => NameRules.IsName(thread) ? null : Reply<T>.Refused(Unknown(thread));

    private static Reply<ThreadStateView> NoPosition(long last) =>
        Reply<ThreadStateView>.Refused(RefusalCodes.PositionNotFound, $"The thread's positions go from 0 to {last}.");

    private async Task<Reply<ThreadRecord>> FindAsync(Caller caller, string thread, CancellationToken cancellationToken) =>
        NameRules.IsName(thread) && await ClientOf(caller).GetThreadAsync(thread, cancellationToken) is { } record
            ? Reply<ThreadRecord>.Done(record)
            : Reply<ThreadRecord>.Refused(Unknown(thread));

    private ExecutionClient ClientOf(Caller caller) => engine.For(caller.Tenant).As(caller.Principal);
}
