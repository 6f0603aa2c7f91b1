namespace Actant.Scheduling;

/// <summary>How many threads a process may hold at once.</summary>
internal sealed class Slots(EngineOptions options)
{
    private int _used;

    /// <summary>Reserves as many slots as are free, at most so many.</summary>
    public int Reserve(int wanted)
    {
        while (true)
        {
            var used = Volatile.Read(ref _used);
            var free = Math.Min(wanted, options.MaxConcurrentExecutions - used);
            if (free <= 0)
            {
                return 0;
            }

            if (Interlocked.CompareExchange(ref _used, used + free, used) == used)
            {
                return free;
            }
        }
    }

    /// <summary>Takes slots whether they are free or not: for what must not wait for one.</summary>
    public void Exceed(int slots) => Interlocked.Add(ref _used, slots);

    /// <summary>Gives slots back.</summary>
    public void GiveBack(int slots) => Interlocked.Add(ref _used, -slots);
}
