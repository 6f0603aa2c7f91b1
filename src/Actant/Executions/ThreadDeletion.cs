using Actant.Storage;

namespace Actant.Executions;

/// <summary>Deletes threads with everything on them.</summary>
internal sealed class ThreadDeletion(TenantScope scope)
{
    /// <summary>Deletes one; <c>false</c> when there is none.</summary>
    public async Task<bool> DeleteAsync(string thread, CancellationToken cancellationToken)
    {
        var key = new ThreadKey(scope.Tenant, thread);
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
}
