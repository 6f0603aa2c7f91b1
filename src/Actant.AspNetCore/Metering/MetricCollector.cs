using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using Actant.Executions;
using Microsoft.Extensions.Hosting;

namespace Actant.AspNetCore.Metering;

/// <summary>
/// Listens to the meters of this process and keeps their numbers for whoever comes to read them, in Prometheus' text format
/// 0.0.4. Of an engine or an application it hears only the one that it belongs to.
/// </summary>
internal sealed class MetricCollector : IDisposable
{
    private const string Runtime = "System.Runtime";

    private static readonly string[] s_applicationMeters = ["Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel"];

    private static readonly string[] s_startAtZero =
        ["agent_executor_vault_auth_failures", "agent_executor_db_connection_errors", "agent_executor_redis_publish_errors", "actant.threads.unreadable"];

    // .NET declares these as counters, though they fall too.
    private static readonly string[] s_gauges = ["dotnet.thread_pool.thread.count", "dotnet.thread_pool.queue.length"];

    // What OpenTelemetry's SDK takes where an instrument advises nothing.
    private static readonly double[] s_seconds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
    private static readonly double[] s_numbers = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000];

    private readonly ConcurrentDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);
    private readonly Lock _reading = new();
    private readonly MeterListener _listener = new();
    private readonly ProcessMeter _process = new();

    /// <summary>Begins to listen.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="application">What made the meters of the web server.</param>
    /// <param name="lifetime">Says when to stop listening.</param>
    public MetricCollector(ActantEngine engine, IMeterFactory? application = null, IHostApplicationLifetime? lifetime = null)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, engine.Meter) || ReferenceEquals(instrument.Meter, _process.Meter) || instrument.Meter.Name == Runtime
                || (s_applicationMeters.Contains(instrument.Meter.Name) && ReferenceEquals(instrument.Meter.Scope, application)))
            {
                Listen(instrument, listener);
            }
        };
        _listener.SetMeasurementEventCallback<byte>(static (_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<short>(static (_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<float>(static (_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<decimal>(static (_, value, tags, state) => Record(state, (double)value, tags));
        _listener.Start();
        lifetime?.ApplicationStopped.Register(Dispose);
    }

    /// <summary>Everything, as it is now.</summary>
    public string Read()
    {
        var text = new StringBuilder();
        lock (_reading)
        {
            foreach (var family in _families.Values)
            {
                family.ForgetObserved();
            }

            try
            {
                _listener.RecordObservableInstruments();
            }
            catch (AggregateException)
            {
                // An instrument that cannot say is left out; the others have been asked.
            }

            foreach (var (_, family) in _families.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
            {
                family.Write(text);
            }
        }

        return text.ToString();
    }

    public void Dispose()
    {
        _listener.Dispose();
        _process.Dispose();
    }

    private void Listen(Instrument instrument, MeterListener listener)
    {
        var type = instrument.GetType().GetGenericTypeDefinition();
        var kind = type == typeof(Histogram<>) ? MetricKind.Histogram
            : type == typeof(Counter<>) || (type == typeof(ObservableCounter<>) && !s_gauges.Contains(instrument.Name)) ? MetricKind.Counter
            : MetricKind.Gauge;
        var name = MetricNames.Of(instrument, kind);
        var family = _families.GetOrAdd(name, static (key, made) => new MetricFamily(
            key,
            made.Instrument.Description,
            made.Kind,
            made.Kind == MetricKind.Histogram ? Bounds(made.Instrument) : null,
            made.Instrument.IsObservable || made.IsGauge), (Instrument: instrument, Kind: kind, IsGauge: type == typeof(Gauge<>)));
        if (family.Kind != kind)
        {
            // Two instruments of one name that mean different things: the first one has it.
            return;
        }

        if (s_startAtZero.Contains(instrument.Name))
        {
            family.StartAtZero();
        }

        listener.EnableMeasurementEvents(instrument, family);
    }

    private static double[] Bounds(Instrument instrument)
    {
        IEnumerable<double>? advised = instrument switch
        {
            Histogram<double> { Advice: { } advice } => advice.HistogramBucketBoundaries,
            Histogram<long> { Advice: { } advice } => advice.HistogramBucketBoundaries?.Select(static bound => (double)bound),
            Histogram<int> { Advice: { } advice } => advice.HistogramBucketBoundaries?.Select(static bound => (double)bound),
            _ => null,
        };
        return advised is not null ? [.. advised] : instrument.Unit == "s" ? s_seconds : s_numbers;
    }

    private static void Record(object? state, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (state is MetricFamily family && double.IsFinite(value))
        {
            family.Record(value, tags);
        }
    }
}
