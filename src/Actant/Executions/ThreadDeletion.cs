using Actant.Journaling;
using Actant.Outbox;
using Actant.Storage;

namespace Actant.Executions;

/// <summary>Deletes threads with everything on them, and with the threads of the children that were started there.</summary>
internal sealed class ThreadDeletion(TenantScope scope, ChildDeliveries children)
{
    /// <summary>Deletes one, with the threads of its children; <c>false</c> when there is none.</summary>
    public async Task<bool> DeleteAsync(string thread, CancellationToken cancellationToken) => await DeleteAsync(thread, isToldOf: true, cancellationToken) > 0;

    /// <summary>Deletes all about a subject, and their forks, until there is none; answers with how many.</summary>
    public async Task<int> DeleteAboutAsync(string subject, CancellationToken cancellationToken)
    {
        var (erased, after) = (0, (string?)null);
        while (true)
        {
            var threads = await scope.Store.FindThreadsAsync(subject, after, StorageLimits.MaxItems, cancellationToken);
            if (threads.Count == 0)
            {
                return erased;
            }

            foreach (var thread in threads)
            {
                erased += await DeleteAsync(thread, isToldOf: true, cancellationToken);
            }

            after = threads[^1];
        }
    }

    /// <summary>Answers with how many threads are gone.</summary>
    private async Task<int> DeleteAsync(string thread, bool isToldOf, CancellationToken cancellationToken)
    {
        var key = new ThreadKey(scope.Tenant, thread);
        var (deleted, parents) = await PartAsync(thread, isToldOf, cancellationToken);
        if (await scope.Store.DeleteThreadAsync(thread, cancellationToken))
        {
            deleted++;
        }

        scope.Storage.Removed();
        scope.Scheduler.LeaseEnded(key);
        scope.Services.Cache.Take(key);
        scope.Services.Hub.Close(key);
        foreach (var parent in parents)
        {
            // What it started meanwhile.
            deleted += await DeleteChildrenAsync(parent, cancellationToken);
        }

        return deleted;
    }

    /// <summary>
    /// What is deleted says nothing any more: its parents are told first that it is lost, and its children go with it. Says how many of their threads
    /// are gone, and who may be starting more.
    /// </summary>
    private async Task<(int Deleted, List<ExecutionRecord> Parents)> PartAsync(string thread, bool isToldOf, CancellationToken cancellationToken)
    {
        var (deleted, parents) = (0, new List<ExecutionRecord>());
        string? cursor = null;
        do
        {
            var page = await scope.Store.ListExecutionsAsync(new ExecutionFilter { Thread = thread }, cursor, StorageLimits.MaxItems, cancellationToken);
            foreach (var execution in page.Items)
            {
                if (isToldOf && execution.Tags is { Parent: { } parent, DeliverTo: { } targets } && targets.FirstOrDefault(static target => target.IsThread) is { } to)
                {
                    var lost = new Failure { Code = ChildDeliveries.Lost, Message = $"The thread of the child execution {execution.Id} was deleted." };
                    await children.TellAsync(
                        DeliveryNote.ThreadOf(to.Url), parent, new ChildEnded { Child = execution.Id, Status = ExecutionStatus.Failed, Failure = lost }, cancellationToken);
                }

                deleted += await DeleteChildrenAsync(execution, cancellationToken);
                if (!execution.Status.IsEnd())
                {
                    parents.Add(execution);
                }
            }

            cursor = page.Cursor;
        }
        while (cursor is not null);
        return (deleted, parents);
    }

    /// <summary>Deletes the threads that were made for the children of an execution; those that somebody made of them by forks stay.</summary>
    private async Task<int> DeleteChildrenAsync(ExecutionRecord parent, CancellationToken cancellationToken)
    {
        var deleted = 0;
        var filter = new ExecutionFilter { Root = parent.Tags?.Root ?? parent.Id };
        string? cursor = null;
        do
        {
            var page = await scope.Store.ListExecutionsAsync(filter, cursor, StorageLimits.MaxItems, cancellationToken);
            foreach (var child in page.Items.Where(child => child.IsChild && child.Tags!.Parent == parent.Id && child.Thread.Thread == child.Id.ToString()))
            {
                deleted += await DeleteAsync(child.Thread.Thread, isToldOf: false, cancellationToken);
            }

            cursor = page.Cursor;
        }
        while (cursor is not null);
        return deleted;
    }
}
