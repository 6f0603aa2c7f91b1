using System.Diagnostics.Metrics;
using Actant.Storage;
using Actant.Tiers;

namespace Actant.Metering;

/// <summary>
/// How much waits in the store: of all nodes and tenants together, told apart by tier, because tenants are many. Counted when somebody
/// looks, up to a bound, and at most every few seconds.
/// </summary>
internal sealed class QueueMeter
{
    private const int MostCounted = 100_000;
    private const string NoTier = "none";

    private static readonly TimeSpan s_stays = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    private readonly IActantStore _store;
    private readonly IEnumerable<TierLimits> _tiers;
    private readonly Func<TenantId, TierLimits> _tierOf;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private Task _measuring = Task.CompletedTask;
    private long? _measuredAt;
    private volatile QueueDepth? _depth;

    public QueueMeter(Meter meter, IActantStore store, IEnumerable<TierLimits> tiers, Func<TenantId, TierLimits> tierOf, TimeProvider time)
    {
        _store = store;
        (_tiers, _tierOf) = (tiers, tierOf);
        _time = time;
        meter.CreateObservableGauge("actant.queue.waiting", ReadWaiting, "{thread}", "Threads that are ready and wait to be taken by any node, up to 100,000.");
        meter.CreateObservableGauge("actant.queue.oldest", ReadOldest, "s", "How long the oldest execution has waited to begin.");
    }

    /// <summary>Counts anew, unless that was done a moment ago. Never fails: while the store does not answer there are no numbers.</summary>
    public Task MeasureAsync()
    {
        lock (_gate)
        {
            if (_measuring.IsCompleted && (_measuredAt is not { } before || _time.GetElapsedTime(before) >= s_stays))
            {
                _measuredAt = _time.GetTimestamp();
                _measuring = CountAsync();
            }

            return _measuring;
        }
    }

    private async Task CountAsync()
    {
        try
        {
            using var patience = new CancellationTokenSource(s_patience, _time);
            _depth = await _store.MeasureQueueAsync(MostCounted, patience.Token);
        }
        catch (Exception exception) when (exception is StoreUnavailableException or OperationCanceledException or ObjectDisposedException)
        {
            _depth = null;
        }
    }

    // Whoever only listens is told what was counted at the collection before.
    private IEnumerable<Measurement<long>> ReadWaiting()
    {
        _ = MeasureAsync();
        if (_depth is not { } depth)
        {
            return [];
        }

        var waiting = _tiers.Select(static tier => tier.Tier ?? NoTier).Append(NoTier).Distinct(StringComparer.Ordinal)
            .ToDictionary(static tier => tier, static _ => 0L, StringComparer.Ordinal);
        foreach (var (tenant, ready) in depth.Ready)
        {
            waiting[_tierOf(tenant).Tier ?? NoTier] += ready;
        }

        return waiting.Select(static tier => new Measurement<long>(tier.Value, new KeyValuePair<string, object?>("tier", tier.Key)));
    }

    private IEnumerable<Measurement<double>> ReadOldest() => _depth is not { } depth ? []
        : [new Measurement<double>(depth.Oldest is { } accepted ? Math.Max(0, (_time.GetUtcNow() - accepted).TotalSeconds) : 0)];
}
