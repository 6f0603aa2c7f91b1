using Actant.Journaling;

namespace Actant.Events;

/// <summary>
/// Pages of one thread's journal that readers hold at this moment: whoever asks for the same one gets it, so that many readers of one
/// execution hold its entries once, however slowly they read.
/// </summary>
internal sealed class SharedPages
{
    private const int MostForgotten = 64;

    private readonly Lock _lock = new();
    private readonly Dictionary<(ExecutionId Execution, long From, long To), Task<IReadOnlyList<Entry>>> _reading = [];
    private readonly Dictionary<(ExecutionId Execution, long From, long To), WeakReference<IReadOnlyList<Entry>>> _held = [];

    /// <summary>The entries from a position on, as the loader gives them. An execution's readers never see those of another thread of that name.</summary>
    public async ValueTask<IReadOnlyList<Entry>> ReadAsync(
        ThreadLoader loader, ThreadKey thread, ExecutionId execution, long from, long to, CancellationToken cancellationToken)
    {
        var key = (execution, from, to);
        Task<IReadOnlyList<Entry>>? reading;
        lock (_lock)
        {
            if (_held.TryGetValue(key, out var held) && held.TryGetTarget(out var page))
            {
                return page;
            }

            if (!_reading.TryGetValue(key, out reading))
            {
                // Not ended by one reader that leaves: others may wait for it.
                _reading[key] = reading = Task.Run(() => ReadAsync(loader, thread, key), CancellationToken.None);
            }
        }

        return await reading.WaitAsync(cancellationToken);
    }

    private async Task<IReadOnlyList<Entry>> ReadAsync(ThreadLoader loader, ThreadKey thread, (ExecutionId Execution, long From, long To) key)
    {
        IReadOnlyList<Entry> page = [];
        try
        {
            return page = await loader.ReadAsync(thread, key.From, key.To, CancellationToken.None);
        }
        finally
        {
            lock (_lock)
            {
                _reading.Remove(key);
                if (page.Count > 0)
                {
                    _held[key] = new WeakReference<IReadOnlyList<Entry>>(page);
                    if (_held.Count > MostForgotten)
                    {
                        foreach (var (forgotten, _) in _held.Where(static item => !item.Value.TryGetTarget(out _)).ToList())
                        {
                            _held.Remove(forgotten);
                        }
                    }
                }
            }
        }
    }
}
