using Actant.Storage;

namespace Actant.Postgres;

/// <summary>One take, which goes to its end whatever becomes of its caller.</summary>
internal sealed class Taker(PostgresStore store)
{
    public async Task<TakeResult> TakeAsync(TakeRequest request, int? only)
    {
        var ids = store.Ids.Take(Taking.MostOf(request));
        Taking taking;
        try
        {
            taking = await Taking.TakeAsync(store.Database, request, only, ids, CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            // Whether it gave anything is not known: if it did, nobody would ever run that.
            if (await Taking.GiveBackAsync(store.Database, request.Session, ids, CancellationToken.None) > 0)
                store.WakeForWork();
            return new TakeResult([], IsContended: true);
        }

        store.Ids.GiveBack(ids, taking.Result.Threads.Count);
        if (taking.IsFreed)
            store.WakeForWork();
        if (taking.Wakeups.Count > 0)
            store.Wake(taking.Wakeups.ConvertAll(static wakeup => (wakeup, (Guid?)null)));
        return taking.Result;
    }

    /// <summary>Gives back what a take brings whose caller has gone.</summary>
    public async Task ReturnAsync(SessionId session, Task<TakeResult> take)
    {
        try
        {
            var taken = (await take).Threads;
            if (taken.Count > 0 && await Taking.GiveBackAsync(store.Database, session, [.. taken.Select(lease => lease.Taken.Id)], CancellationToken.None) > 0)
                store.WakeForWork();
        }
        catch (Exception exception) when (exception is StoreUnavailableException or ObjectDisposedException)
        {
            // The session ends by its time, and its leases with it, if this process is cut off from the database for so long.
        }
    }
}
