using Actant.Journaling;

namespace Actant.Loops;

/// <summary>Folded threads that nobody holds at the moment. Bounded in bytes.</summary>
internal sealed class ThreadCache(EngineOptions options)
{
    // What an entry holds of more stands in a blob of its own, each a round trip when the thread is read again.
    private const int SmallThread = 64 * 1024;

    private readonly TenantCache<string, JournalState> _threads = new(options.ThreadCacheBytes);

    /// <summary>Takes a thread's state out: its owner may change it.</summary>
    public JournalState? Take(ThreadKey key) => _threads.TryTake(key.Tenant, key.Thread, out var state) ? state : null;

    /// <summary>Gives a state back that is exactly what the journal says at its position. That of a short and small thread is dropped.</summary>
    public void Put(ThreadKey key, JournalState state)
    {
        var bytes = 2 * state.Scopes.Values.Sum(scope => scope.Bytes);
        if (state.Position >= options.ThreadCacheMinEntries || bytes >= SmallThread)
        {
            _threads.Put(key.Tenant, key.Thread, state, bytes);
        }
    }
}
