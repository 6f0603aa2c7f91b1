namespace Actant.Server.Settings;

/// <summary>What is told to an OpenTelemetry collector.</summary>
internal sealed record TracingSettings
{
    /// <summary>The collector, as <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says; <c>null</c>: nothing is told, and nothing is made.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>Whether spans hold what was said, asked and answered.</summary>
    public bool Content { get; init; }
}
