using Actant.Journaling;

namespace Actant.Loops;

/// <summary>Folded threads that nobody holds at the moment, the least recently used leaving first. Bounded in bytes.</summary>
internal sealed class ThreadCache(EngineOptions options)
{
    private const int Overhead = 4096;

    // What an entry holds of more stands in a blob of its own, each a round trip when the thread is read again.
    private const int SmallThread = 64 * 1024;

    private readonly Lock _lock = new();
    private readonly LinkedList<(ThreadKey Key, JournalState State, long Bytes)> _order = [];
    private readonly Dictionary<ThreadKey, LinkedListNode<(ThreadKey Key, JournalState State, long Bytes)>> _threads = [];
    private long _bytes;

    /// <summary>Takes a thread's state out: its owner may change it.</summary>
    public JournalState? Take(ThreadKey key)
    {
        lock (_lock)
        {
            if (!_threads.Remove(key, out var node))
            {
                return null;
            }

            _order.Remove(node);
            _bytes -= node.Value.Bytes;
            return node.Value.State;
        }
    }

    /// <summary>Gives a state back that is exactly what the journal says at its position. That of a short and small thread is dropped.</summary>
    public void Put(ThreadKey key, JournalState state)
    {
        var bytes = Overhead + (2 * state.Scopes.Values.Sum(scope => scope.Bytes));
        if ((state.Position < options.ThreadCacheMinEntries && bytes < SmallThread) || bytes > options.ThreadCacheBytes)
        {
            return;
        }

        lock (_lock)
        {
            if (_threads.Remove(key, out var old))
            {
                _order.Remove(old);
                _bytes -= old.Value.Bytes;
            }

            _threads[key] = _order.AddLast((key, state, bytes));
            _bytes += bytes;
            while (_bytes > options.ThreadCacheBytes && _order.First is { } oldest)
            {
                _order.RemoveFirst();
                _threads.Remove(oldest.Value.Key);
                _bytes -= oldest.Value.Bytes;
            }
        }
    }
}
