using System.Reflection;
using Actant.Server.Settings;
using Actant.Tracing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Actant.Server.Hosting;

/// <summary>Traces, metrics and log lines to a collector, where one is named. Without one nothing of this is there.</summary>
internal static class Telemetry
{
    // Asked every few seconds by machines: no story of anybody's.
    private static readonly string[] s_quiet = ["/health", "/ready", "/metrics", "/api/health"];

    public static void Add(WebApplicationBuilder builder, TracingSettings settings)
    {
        if (settings.Endpoint is null)
        {
            return;
        }

        builder.Services.AddOpenTelemetry()
            .ConfigureResource(static resource => resource
                .AddService("actant", serviceVersion: typeof(Telemetry).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion)
                .AddEnvironmentVariableDetector())
            .WithTracing(static tracing => tracing
                .AddSource(ActantTracing.SourceName)
                .AddSource("Npgsql")
                .AddSource("System.Net.Http")
                .AddAspNetCoreInstrumentation(static options => options.Filter = IsTold))
            .WithMetrics(static metrics => metrics.AddMeter("Actant", "Microsoft.AspNetCore.Hosting", "System.Runtime"))
            .WithLogging(null, static logging => logging.IncludeFormattedMessage = true)
            .UseOtlpExporter();
    }

    private static bool IsTold(HttpContext context) => !s_quiet.Any(path => context.Request.Path.StartsWithSegments(path, StringComparison.Ordinal));
}
