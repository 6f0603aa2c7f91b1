using System.Diagnostics.Metrics;

namespace Actant.Outbox;

/// <summary>The numbers of deliveries; <c>docs/metrics.md</c> explains each.</summary>
internal sealed class OutboxMeter
{
    private readonly Counter<long> _attempts;
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _age;

    public OutboxMeter(Meter meter, Func<int> inFlight, Func<int> broken)
    {
        var seconds = new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20] };
        var longer = new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.05, 0.25, 1, 5, 30, 60, 300, 1800, 3600, 21600, 86400] };
        _attempts = meter.CreateCounter<long>("actant.delivery.attempts", "{attempt}", "Tries to deliver, by scheme and outcome.");
        _duration = meter.CreateHistogram("actant.delivery.duration", "s", "How long a try took.", advice: seconds);
        _age = meter.CreateHistogram("actant.delivery.age", "s", "From the commit until it was delivered.", advice: longer);
        meter.CreateObservableUpDownCounter("actant.deliveries.active", inFlight, "{attempt}", "Tries under way in this process.");
        meter.CreateObservableGauge("actant.deliveries.broken_destinations", broken, "{destination}", "Destinations that this process leaves alone for a while.");
    }

    /// <summary>A try ended.</summary>
    /// <param name="scheme">The sender's scheme.</param>
    /// <param name="outcome"><c>delivered</c>, <c>retried</c> or <c>dead</c>.</param>
    /// <param name="took">How long it took.</param>
    /// <param name="age">How long ago it was committed.</param>
    public void Ended(string scheme, string outcome, TimeSpan took, TimeSpan age)
    {
        _attempts.Add(1, new("scheme", scheme), new("outcome", outcome));
        _duration.Record(took.TotalSeconds, new KeyValuePair<string, object?>("scheme", scheme));
        if (outcome == Delivered)
        {
            _age.Record(Math.Max(0, age.TotalSeconds), new KeyValuePair<string, object?>("scheme", scheme));
        }
    }

    public const string Delivered = "delivered";
    public const string Retried = "retried";
    public const string Dead = "dead";
}
