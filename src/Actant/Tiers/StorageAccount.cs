using System.Globalization;
using Actant.Storage;

namespace Actant.Tiers;

/// <summary>
/// What one tenant stores: what the store counted a while ago, and what this node has added since. Nothing that is written waits for it, and no
/// row says it: the store counts anew in the background, the seldomer the longer that takes, and once more before anything is refused.
/// </summary>
internal sealed class StorageAccount(ITenantStore store, Func<TierLimits> tier, TimeProvider time)
{
    /// <summary>The code of what would store more.</summary>
    public const string Full = "tenant_storage_full";

    // A row's numbers, ids and index entries.
    private const int RowBytes = 256;

    // Counting takes at most a fiftieth of the time, and a tenth where something would be refused.
    private const int RestTimes = 50;
    private const int RestTimesWhenFull = 10;

    private static readonly TimeSpan s_shortest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_shortestWhenFull = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private Task _measuring = Task.CompletedTask;
    private volatile StoredBytes? _measured;
    private volatile bool _isStale = true;
    private long _added;
    private long _underWay;
    private long _began;
    private long _took;

    /// <summary>What the tenant's tier lets it store.</summary>
    public long Limit => tier().MaxStoredBytes ?? TierLimits.DefaultMaxStoredBytes;

    /// <summary>What is stored, as far as it is known; <c>null</c> before it was counted for the first time.</summary>
    public long? Known => _measured is { } measured ? measured.Total + Volatile.Read(ref _added) : null;

    // Executions that were let in are given a quarter more to come to an end in.
    private long LimitOfRunning => Limit is var limit && limit < long.MaxValue / 2 ? limit + (limit / 4) : limit;

    private TimeSpan Age => time.GetElapsedTime(Volatile.Read(ref _began));

    // What was added may replace what it was made of, and only the store knows.
    private bool IsFresh => !_isStale && Age < Longer(Volatile.Read(ref _added) == 0 ? s_shortestWhenFull : TimeSpan.Zero, RestTimesWhenFull);

    /// <summary>Something was stored, of so many bytes.</summary>
    public void Add(long bytes) => Interlocked.Add(ref _added, bytes + RowBytes);

    /// <summary>What an execution has decided, and is about to store, has grown or shrunk by so many bytes.</summary>
    public void Reserve(long change) => Interlocked.Add(ref _underWay, change);

    /// <summary>Something was deleted: what was counted before says too much.</summary>
    public void Removed() => _isStale = true;

    /// <summary>Why so much more may not be stored, if so.</summary>
    /// <param name="bytes">How much.</param>
    /// <param name="isOfRunning">Whether it lets an execution go on that was let in before.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<Refusal?> RefuseAsync(long bytes, bool isOfRunning, CancellationToken cancellationToken)
    {
        var most = isOfRunning ? LimitOfRunning : Limit;
        SeeAge();
        if (Known + bytes <= most)
        {
            return null;
        }

        await MeasureAsync(cancellationToken);
        return Known + bytes > most ? new Refusal(Full, $"{Message(bytes)} Delete threads or agents that are not needed; what is there can be read, cancelled and deleted.") : null;
    }

    /// <summary>Why an execution of the tenant may not go on, if so. Next to nothing while it may.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public ValueTask<Failure?> FindOverAsync(CancellationToken cancellationToken)
    {
        SeeAge();
        return Known + Volatile.Read(ref _underWay) > LimitOfRunning ? MeasureOverAsync(cancellationToken) : default;
    }

    /// <summary>What is stored, counted anew unless that was done a moment ago.</summary>
    public async ValueTask<StoredBytes> ReadAsync(CancellationToken cancellationToken)
    {
        await MeasureAsync(cancellationToken);
        return _measured!;
    }

    private async ValueTask<Failure?> MeasureOverAsync(CancellationToken cancellationToken)
    {
        try
        {
            await MeasureAsync(cancellationToken);
        }
        catch (StoreUnavailableException)
        {
            // Whoever appends next hears of it.
            return null;
        }

        var bytes = Volatile.Read(ref _underWay);
        return Known + bytes > LimitOfRunning
            ? new Failure { Code = Full, Message = $"{Message(bytes)} Executions that run may store a quarter more, and that is used up too. Delete threads or agents that are not needed, and run it again." }
            : null;
    }

    private string Message(long bytes)
    {
        var stored = _measured!;
        var more = bytes > 0 ? string.Create(CultureInfo.InvariantCulture, $", and {bytes} more are to be") : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"The tenant stores {Known} bytes{more}; {tier().Named("MaxStoredBytes")} allows {Limit}. Threads have {stored.Threads}, inputs that wait {stored.Inboxes}, deliveries {stored.Outbox}, agents and definitions {stored.Definitions}.");
    }

    /// <summary>Counts in the background, if it is time.</summary>
    private void SeeAge()
    {
        if (_measured is not { } measured)
        {
            if (_measuring.IsCompleted)
            {
                _ = TryMeasureAsync();
            }

            return;
        }

        var age = Age;
        if (age < Longer(s_shortest, RestTimes) || !_measuring.IsCompleted)
        {
            return;
        }

        var (limit, added) = (Limit, Volatile.Read(ref _added));
        if (age >= s_longest || added > (limit - measured.Total) / 8 || measured.Total > limit / 2)
        {
            _isStale = true;
            _ = TryMeasureAsync();
        }
    }

    private TimeSpan Longer(TimeSpan shortest, int times) => TimeSpan.FromTicks(Math.Max(shortest.Ticks, Volatile.Read(ref _took) * times));

    private async Task TryMeasureAsync()
    {
        try
        {
            await MeasureAsync(CancellationToken.None);
        }
        catch (Exception exception) when (exception is StoreUnavailableException or ObjectDisposedException or OperationCanceledException)
        {
            // It is tried again when something is stored next, and whoever stores hears of it.
        }
    }

    /// <summary>Sees to it that what is known was counted from now on, or a moment ago.</summary>
    private Task MeasureAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_measuring.IsCompleted && IsFresh)
            {
                return Task.CompletedTask;
            }

            if (_measuring.IsCompleted || _isStale)
            {
                _isStale = false;
                _measuring = CountAsync(_measuring);
            }

            return _measuring.WaitAsync(cancellationToken);
        }
    }

    private async Task CountAsync(Task before)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        var (began, added) = (time.GetTimestamp(), Volatile.Read(ref _added));
        try
        {
            var measured = await store.MeasureAsync(CancellationToken.None);
            Interlocked.Add(ref _added, -added);
            _measured = measured;
        }
        catch
        {
            _isStale = true;
            throw;
        }

        Volatile.Write(ref _took, time.GetElapsedTime(began).Ticks);
        Volatile.Write(ref _began, began);
    }
}
