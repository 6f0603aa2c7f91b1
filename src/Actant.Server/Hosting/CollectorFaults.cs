using System.Diagnostics.Tracing;
using Microsoft.Extensions.Logging;

namespace Actant.Server.Hosting;

/// <summary>
/// Says in the log that the collector does not take what it is sent, which OpenTelemetry's library tells nobody but its own event source: once, and
/// again after a while if it goes on.
/// </summary>
internal sealed partial class CollectorFaults(ILogger<CollectorFaults> log, TimeProvider time) : EventListener
{
    private const string Exporter = "OpenTelemetry-Exporter-OpenTelemetryProtocol";

    private static readonly TimeSpan s_pause = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private DateTimeOffset? _said;

    /// <inheritdoc />
    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        ArgumentNullException.ThrowIfNull(eventSource);
        if (eventSource.Name == Exporter)
        {
            EnableEvents(eventSource, EventLevel.Error);
        }
    }

    /// <inheritdoc />
    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        ArgumentNullException.ThrowIfNull(eventData);

        var now = time.GetUtcNow();
        lock (_gate)
        {
            if (_said is { } before && now - before < s_pause)
            {
                return;
            }

            _said = now;
        }

        LogFault(log, eventData.EventName ?? "", string.Join("; ", (eventData.Payload ?? []).OfType<string>().Select(static text => text.Split('\n')[0])));
    }

    [LoggerMessage(EventId = 5001, Level = LogLevel.Warning, Message = "OTEL_EXPORTER_OTLP_ENDPOINT: the collector does not take what it is told ({What}): {Why}. Work goes on without it.")]
    private static partial void LogFault(ILogger logger, string what, string why);
}
