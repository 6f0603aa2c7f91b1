using Actant.Events;

namespace Actant.Nats;

/// <summary>
/// Events that wait to be published, in order, bounded in bytes for each tenant and for all. Pieces of an answer that nothing of their thread came between
/// are joined while they wait. Safe for concurrent use.
/// </summary>
internal sealed class EventBuffer(long maxBytes) : IDisposable
{
    private const int ItemBytes = 256;

    private readonly Lock _lock = new();
    private readonly Queue<EventItem> _items = [];
    private readonly Dictionary<ThreadKey, EventItem> _pieces = [];
    private readonly TenantBudget _budget = new(maxBytes / 4, maxBytes);
    private readonly SemaphoreSlim _signal = new(0, 1);

    /// <summary>What is held, in bytes.</summary>
    public long Bytes => _budget.Held;

    /// <summary>Whether nothing waits.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_lock)
            {
                return _items.Count == 0;
            }
        }
    }

    /// <summary>Something happened. <c>false</c> where there was no room for it.</summary>
    public bool Add(ThreadKey thread, StreamEvent item)
    {
        // Written before the lock is taken: an entry may be large, and only its own thread waits for it.
        var added = new EventItem(thread, item);
        lock (_lock)
        {
            var delta = (item as StreamEvent.DeltaPublished)?.Delta;
            if (delta is not null && _pieces.TryGetValue(thread, out var last) && last.IsFollowedBy(delta))
            {
                if (!TryCharge(last, added.Size))
                {
                    return false;
                }

                last.Append(item.Id, delta);
                return true;
            }

            _pieces.Remove(thread);
            if (!TryCharge(added, added.Size + ItemBytes))
            {
                return false;
            }

            if (delta is not null)
            {
                _pieces[thread] = added;
            }

            _items.Enqueue(added);
            if (_signal.CurrentCount == 0)
            {
                _signal.Release();
            }

            return true;
        }
    }

    /// <summary>Until something is to be published.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => _signal.WaitAsync(cancellationToken);

    /// <summary>What is published next, until it is so many bytes. It is held no longer.</summary>
    public List<EventItem> Take(long bytes)
    {
        var taken = new List<EventItem>();
        lock (_lock)
        {
            while (bytes > 0 && _items.TryDequeue(out var item))
            {
                taken.Add(item);
                bytes -= item.Charge;
                _budget.Give(item.Thread.Tenant, item.Charge);
                if (_pieces.GetValueOrDefault(item.Thread) == item)
                {
                    _pieces.Remove(item.Thread);
                }
            }

            if (_items.Count > 0 && _signal.CurrentCount == 0)
            {
                _signal.Release();
            }
        }

        return taken;
    }

    /// <inheritdoc />
    public void Dispose() => _signal.Dispose();

    private bool TryCharge(EventItem item, long bytes)
    {
        if (_budget.TryTake(item.Thread.Tenant, bytes) != TenantBudget.Outcome.Taken)
        {
            return false;
        }

        item.Charge += bytes;
        return true;
    }
}
