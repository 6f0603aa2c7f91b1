namespace Actant.Events;

/// <summary>The live threads of this process.</summary>
/// <param name="readerBuffer">How many events a reader may fall behind.</param>
/// <param name="observers">Who hears what is published by the loops of this process.</param>
internal sealed class EventHub(int readerBuffer, ThreadObservers? observers = null)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ThreadKey, LiveThread> _threads = [];

    /// <summary>How many threads are owned or read here.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _threads.Count;
            }
        }
    }

    /// <summary>Whether anybody hears what is published by the loops of this process.</summary>
    public bool IsObserved => observers is { Any: true };

    /// <summary>The live thread of that name; given back with <see cref="Release"/>.</summary>
    public LiveThread Acquire(ThreadKey key)
    {
        lock (_lock)
        {
            if (!_threads.TryGetValue(key, out var thread))
            {
                _threads[key] = thread = new LiveThread(readerBuffer, key, observers);
            }

            thread.References++;
            return thread;
        }
    }

    /// <summary>Gives a live thread back; the last one forgets it.</summary>
    public void Release(ThreadKey key, LiveThread thread)
    {
        lock (_lock)
        {
            if (--thread.References > 0)
            {
                return;
            }

            if (_threads.GetValueOrDefault(key) == thread)
            {
                _threads.Remove(key);
            }
        }

        thread.Abandon();
    }

    /// <summary>Something happened on a thread elsewhere.</summary>
    public void Poke(ThreadKey key)
    {
        lock (_lock)
        {
            _threads.GetValueOrDefault(key)?.Poke();
        }
    }

    /// <summary>The thread was deleted: readers end, and another thread of that name begins anew.</summary>
    public void Close(ThreadKey key)
    {
        lock (_lock)
        {
            if (_threads.Remove(key, out var thread))
            {
                thread.Close();
            }
        }
    }
}
