using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Actant.Storage;

/// <summary>
/// Hands wake-ups to everybody who watches inside this process: never blocks the sender, merges equal ones, keeps at most
/// 1,024 per watcher and then drops the oldest.
/// </summary>
public sealed class WakeupBroadcast
{
    private const int Capacity = 1024;
    private readonly Lock _gate = new();
    private readonly List<Watcher> _watchers = [];
    private volatile bool _completed;

    /// <summary>Tells every watcher.</summary>
    public void Publish(Wakeup wakeup)
    {
        lock (_gate)
        {
            foreach (var watcher in _watchers)
                watcher.Add(wakeup);
        }
    }

    /// <summary>Ends every watch, now and later: the store is closed.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _completed = true;
            foreach (var watcher in _watchers)
                watcher.Complete();
            _watchers.Clear();
        }
    }

    /// <summary>Listens from this call on, not only from the first read; until cancelled, which ends it without an exception.</summary>
    public IAsyncEnumerable<Wakeup> WatchAsync(CancellationToken cancellationToken)
    {
        var watcher = new Watcher();
        lock (_gate)
        {
            if (_completed)
                watcher.Complete();
            else
                _watchers.Add(watcher);
        }

        var registration = cancellationToken.UnsafeRegister(static state => ((Action)state!)(), () => Remove(watcher));
        return ReadAsync(watcher, registration, CancellationToken.None);
    }

    private async IAsyncEnumerable<Wakeup> ReadAsync(
        Watcher watcher, CancellationTokenRegistration registration, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            while (await watcher.WaitAsync(cancellationToken))
            {
                while (watcher.TryTake(out var wakeup))
                    yield return wakeup;
            }
        }
        finally
        {
            await registration.DisposeAsync();
            Remove(watcher);
        }
    }

    private void Remove(Watcher watcher)
    {
        lock (_gate)
            _watchers.Remove(watcher);
        watcher.Complete();
    }

    private sealed class Watcher
    {
        private readonly Lock _gate = new();
        private readonly Queue<Wakeup> _waiting = [];
        private readonly HashSet<Wakeup> _known = [];
        private readonly Channel<bool> _signal =
            Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

        public void Add(Wakeup wakeup)
        {
            lock (_gate)
            {
                if (!_known.Add(wakeup))
                    return;
                if (_waiting.Count == Capacity)
                    _known.Remove(_waiting.Dequeue());
                _waiting.Enqueue(wakeup);
            }

            _signal.Writer.TryWrite(true);
        }

        public bool TryTake(out Wakeup wakeup)
        {
            lock (_gate)
            {
                if (!_waiting.TryDequeue(out wakeup))
                    return false;
                _known.Remove(wakeup);
                return true;
            }
        }

        public async ValueTask<bool> WaitAsync(CancellationToken cancellationToken)
        {
            if (!await _signal.Reader.WaitToReadAsync(cancellationToken))
                return false;
            _signal.Reader.TryRead(out _);
            return true;
        }

        public void Complete() => _signal.Writer.TryComplete();
    }
}
