using Microsoft.Extensions.Configuration;

namespace Actant.Server.Settings;

/// <summary>Reads what is told to a collector. What else OpenTelemetry's own variables say, its library reads.</summary>
internal sealed class TracingReader(IConfiguration configuration, List<string> errors)
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private static readonly string[] s_names = ["Content"];

    public TracingSettings Read()
    {
        Configuration.CheckNames(configuration.GetSection("Actant:Tracing"), s_names, errors);
        return new TracingSettings { Endpoint = EndpointOf(), Content = Configuration.Flag("Actant:Tracing:Content", configuration["Actant:Tracing:Content"], errors) ?? false };
    }

    private Uri? EndpointOf()
    {
        if (configuration[Endpoint] is not { Length: > 0 } text)
        {
            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var endpoint) && endpoint is { Scheme: "http" or "https", Host.Length: > 0 })
        {
            return endpoint;
        }

        errors.Add($"{Endpoint}: '{text}' is no address such as http://localhost:4317.");
        return null;
    }
}
