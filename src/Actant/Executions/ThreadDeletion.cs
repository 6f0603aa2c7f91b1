using Actant.Journaling;
using Actant.Outbox;
using Actant.Storage;

namespace Actant.Executions;

/// <summary>Deletes threads with everything on them.</summary>
internal sealed class ThreadDeletion(TenantScope scope, ChildDeliveries children)
{
    /// <summary>Deletes one; <c>false</c> when there is none.</summary>
    public async Task<bool> DeleteAsync(string thread, CancellationToken cancellationToken)
    {
        var key = new ThreadKey(scope.Tenant, thread);
        await PartAsync(thread, cancellationToken);
        var existed = await scope.Store.DeleteThreadAsync(thread, cancellationToken);
        scope.Scheduler.LeaseEnded(key);
        scope.Services.Cache.Take(key);
        scope.Services.Hub.Close(key);
        return existed;
    }

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
                erased += await DeleteAsync(thread, cancellationToken) ? 1 : 0;
            }

            after = threads[^1];
        }
    }

    /// <summary>What is deleted says nothing any more: its parents are told first that it is lost, and its children that nobody waits for them.</summary>
    private async Task PartAsync(string thread, CancellationToken cancellationToken)
    {
        string? cursor = null;
        do
        {
            var page = await scope.Store.ListExecutionsAsync(new ExecutionFilter { Thread = thread }, cursor, StorageLimits.MaxItems, cancellationToken);
            foreach (var execution in page.Items)
            {
                if (execution.Tags is { Parent: { } parent, DeliverTo: { } targets } && targets.FirstOrDefault(static target => target.IsThread) is { } to)
                {
                    var lost = new Failure { Code = ChildDeliveries.Lost, Message = $"The thread of the child execution {execution.Id} was deleted." };
                    await children.TellAsync(
                        DeliveryNote.ThreadOf(to.Url), parent, new ChildEnded { Child = execution.Id, Status = ExecutionStatus.Failed, Failure = lost }, cancellationToken);
                }

                if (!execution.Status.IsEnd())
                {
                    await CancelChildrenAsync(execution, cancellationToken);
                }
            }

            cursor = page.Cursor;
        }
        while (cursor is not null);
    }

    private async Task CancelChildrenAsync(ExecutionRecord parent, CancellationToken cancellationToken)
    {
        var filter = new ExecutionFilter { Root = parent.Tags?.Root ?? parent.Id };
        string? cursor = null;
        do
        {
            var page = await scope.Store.ListExecutionsAsync(filter, cursor, StorageLimits.MaxItems, cancellationToken);
            foreach (var child in page.Items.Where(child => child.IsChild && child.Tags!.Parent == parent.Id && !child.Status.IsEnd()))
            {
                await children.CancelAsync(child.Thread.Thread, child.Id, cancellationToken);
            }

            cursor = page.Cursor;
        }
        while (cursor is not null);
    }
}
