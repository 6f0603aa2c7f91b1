namespace Actant.Orchestrator;

/// <summary>
/// What waits for the orchestrator, in order, bounded in bytes for each tenant and for all. What finds no room is dropped, and the next notification of
/// the same execution says how many were. Ends may use as much again. Safe for concurrent use.
/// </summary>
internal sealed class NotificationBuffer(long maxBytes) : IDisposable
{
    private const int ItemBytes = 256;
    private const int MostDroppedKnown = 10_000;

    private readonly Lock _lock = new();
    private readonly LinkedList<Notification> _items = [];
    private readonly Dictionary<TenantId, long> _held = [];
    private readonly Dictionary<ExecutionId, int> _dropped = [];
    private readonly SemaphoreSlim _signal = new(0, 1);
    private long _total;
    private Notification? _taken;

    /// <summary>What is held, in bytes.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                return _total;
            }
        }
    }

    /// <summary>Adds one at the end. <c>false</c> where it is dropped.</summary>
    public bool Add(Notification item)
    {
        lock (_lock)
        {
            if (item is { Text: { } more, IsFinal: false } && _items.Last?.Value is { Text: { } text, IsFinal: false } last && last != _taken
                && last.MessageId == item.MessageId && last.Execution == item.Execution && TryCharge(last, 2L * more.Length))
            {
                text.Append(more);
                return true;
            }

            if (!TryCharge(item, ItemBytes + (item.Data?.Length ?? 0) + (2L * (item.Text?.Length ?? 0)) + (2L * (item.Failure?.Message.Length ?? 0))))
            {
                if (_dropped.Count < MostDroppedKnown || _dropped.ContainsKey(item.Execution))
                {
                    _dropped[item.Execution] = _dropped.GetValueOrDefault(item.Execution) + 1;
                }

                return false;
            }

            if (_dropped.Remove(item.Execution, out var dropped))
            {
                item.Dropped = dropped;
            }

            _items.AddLast(item);
            if (_signal.CurrentCount == 0)
            {
                _signal.Release();
            }

            return true;
        }
    }

    /// <summary>The first, which stays until <see cref="Remove"/>.</summary>
    public async Task<Notification> PeekAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            lock (_lock)
            {
                if (_items.First is { } first)
                {
                    return _taken = first.Value;
                }
            }

            await _signal.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The first was sent.</summary>
    public void Remove(Notification item)
    {
        lock (_lock)
        {
            _items.RemoveFirst();
            _taken = null;
            var tenant = item.Thread.Tenant;
            _total -= item.Charge;
            if ((_held[tenant] -= item.Charge) == 0)
            {
                _held.Remove(tenant);
            }
        }
    }

    /// <inheritdoc />
    public void Dispose() => _signal.Dispose();

    private bool TryCharge(Notification item, long bytes)
    {
        var most = item.IsEnd ? maxBytes * 2 : maxBytes;
        var held = _held.GetValueOrDefault(item.Thread.Tenant);
        if (_total + bytes > most || held + bytes > most / 4)
        {
            return false;
        }

        item.Charge += bytes;
        _total += bytes;
        _held[item.Thread.Tenant] = held + bytes;
        return true;
    }
}
