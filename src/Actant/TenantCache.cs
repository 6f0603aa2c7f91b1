namespace Actant;

/// <summary>
/// What can be made again, by tenant and key, bounded in bytes. Where there is too much, it leaves of the tenant that holds most, what was not used
/// for the longest time first: nobody pushes out what others keep while keeping more than they.
/// </summary>
/// <param name="mostBytes">So many bytes are kept at most.</param>
/// <remarks>Each entry counts for <see cref="Overhead"/> at least, so that their number is bounded too.</remarks>
internal sealed class TenantCache<TKey, TValue>(long mostBytes)
    where TKey : notnull
{
    /// <summary>What an entry counts for beside its bytes.</summary>
    public const int Overhead = 4096;

    private readonly Lock _lock = new();
    private readonly Dictionary<(TenantId Tenant, TKey Key), LinkedListNode<Entry>> _entries = [];
    private readonly Dictionary<TenantId, Holder> _holders = [];
    private readonly SortedSet<Holder> _bySize = new(Comparer<Holder>.Create(static (a, b) => (a.Bytes, a.Number).CompareTo((b.Bytes, b.Number))));
    private long _bytes;
    private long _lastNumber;

    /// <summary>How many entries are kept.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _entries.Count;
            }
        }
    }

    /// <summary>How many bytes are kept.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                return _bytes;
            }
        }
    }

    /// <summary>What is kept under a key; it counts as used.</summary>
    public bool TryGet(TenantId tenant, TKey key, out TValue value)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue((tenant, key), out var node))
            {
                value = default!;
                return false;
            }

            var order = node.Value.Holder.Order;
            order.Remove(node);
            order.AddLast(node);
            value = node.Value.Value;
            return true;
        }
    }

    /// <summary>Takes out what is kept under a key.</summary>
    public bool TryTake(TenantId tenant, TKey key, out TValue value)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue((tenant, key), out var node))
            {
                value = default!;
                return false;
            }

            value = node.Value.Value;
            Remove(node);
            return true;
        }
    }

    /// <summary>Keeps something, if it is no larger than all may be.</summary>
    public void Put(TenantId tenant, TKey key, TValue value, long bytes)
    {
        bytes += Overhead;
        lock (_lock)
        {
            if (_entries.TryGetValue((tenant, key), out var old))
            {
                Remove(old);
            }

            if (bytes > mostBytes)
            {
                return;
            }

            if (!_holders.TryGetValue(tenant, out var holder))
            {
                _holders[tenant] = holder = new Holder(tenant, ++_lastNumber);
            }

            _entries[(tenant, key)] = holder.Order.AddLast(new Entry(holder, key, value, bytes));
            Charge(holder, bytes);
            while (_bytes > mostBytes)
            {
                Remove(_bySize.Max!.Order.First!);
            }
        }
    }

    private void Remove(LinkedListNode<Entry> node)
    {
        var holder = node.Value.Holder;
        _entries.Remove((holder.Tenant, node.Value.Key));
        holder.Order.Remove(node);
        Charge(holder, -node.Value.Bytes);
    }

    private void Charge(Holder holder, long bytes)
    {
        // Its place in the order goes by its bytes.
        _bySize.Remove(holder);
        holder.Bytes += bytes;
        _bytes += bytes;
        if (holder.Order.Count > 0)
        {
            _bySize.Add(holder);
        }
        else
        {
            _holders.Remove(holder.Tenant);
        }
    }

    private sealed class Holder(TenantId tenant, long number)
    {
        public TenantId Tenant => tenant;

        public long Number => number;

        public long Bytes { get; set; }

        /// <summary>What was not used for the longest time first.</summary>
        public LinkedList<Entry> Order { get; } = [];
    }

    private sealed record Entry(Holder Holder, TKey Key, TValue Value, long Bytes);
}
