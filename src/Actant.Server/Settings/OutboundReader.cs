using System.Globalization;
using System.Net;
using Actant.Egress;
using Microsoft.Extensions.Configuration;

namespace Actant.Server.Settings;

/// <summary>Reads the sections <c>Egress</c> and <c>Secrets</c>; finds all that is wrong with them.</summary>
internal sealed class OutboundReader(IConfiguration configuration, ICollection<string> errors)
{
    private const string KeyVariable = "ACTANT_SECRETS_KEY";
    private const int MostBytes = 1024 * 1024 * 1024;

    private static readonly string[] s_egress =
    [
        "AllowedDomains", "AllowedSchemes", "AllowedPorts", "AllowPrivateNetworks", "AllowedNetworks", "AllowDowngrade", "AllowUnverifiedTls",
        "MaxRedirects", "MaxResponseBytes", "ConnectTimeoutSeconds", "ResponseTimeoutSeconds",
    ];

    private static readonly string[] s_secrets = ["Folder", "KeyFile"];

    /// <summary>The settings of commands that have no other settings: <c>appsettings.json</c> and the environment.</summary>
    public static (OutboundSettings Settings, IReadOnlyList<string> Errors) FromEnvironment()
    {
        var errors = new List<string>();
        var configuration = Configuration.OfCommand();
        return (new OutboundReader(configuration, errors).Read(), Configuration.NameVariables(configuration, errors));
    }

    public OutboundSettings Read()
    {
        Configuration.CheckNames(configuration.GetSection("Actant:Egress"), s_egress, errors);
        Configuration.CheckNames(configuration.GetSection("Actant:Secrets"), s_secrets, errors);
        var preset = new EgressPolicy();
        var folder = Value("Secrets:Folder");
        if (folder is not null && !Directory.Exists(folder))
        {
            errors.Add($"Actant:Secrets:Folder: there is no folder '{folder}'.");
        }

        return new OutboundSettings
        {
            Policy = new EgressPolicy
            {
                AllowedDomains = Items("Egress:AllowedDomains", Domain),
                AllowedSchemes = Items("Egress:AllowedSchemes", Scheme) is { Count: > 0 } schemes ? schemes : preset.AllowedSchemes,
                AllowedPorts = Items("Egress:AllowedPorts", Port),
                AllowPrivateNetworks = Flag("Egress:AllowPrivateNetworks"),
                AllowedNetworks = Items("Egress:AllowedNetworks", Network),
                AllowDowngrade = Flag("Egress:AllowDowngrade"),
                AllowUnverifiedTls = Flag("Egress:AllowUnverifiedTls"),
                MaxRedirects = Number("Egress:MaxRedirects", preset.MaxRedirects, 0, 20),
                MaxResponseBytes = Number("Egress:MaxResponseBytes", (int)preset.MaxResponseBytes, 1, MostBytes),
                ConnectTimeout = TimeSpan.FromSeconds(Number("Egress:ConnectTimeoutSeconds", (int)preset.ConnectTimeout.TotalSeconds, 1, 600)),
                ResponseTimeout = TimeSpan.FromSeconds(Number("Egress:ResponseTimeoutSeconds", (int)preset.ResponseTimeout.TotalSeconds, 1, 3600)),
            },
            Mcp = new McpReader(configuration, errors).Read(),
            SecretsFolder = folder,
            SecretsKeyFile = Value("Secrets:KeyFile"),
            SecretsKey = configuration[KeyVariable] is { Length: > 0 } key ? key : null,
        };
    }

    private static (string Value, string? Error) Domain(string text) =>
        EgressPolicy.IsDomain(text) ? (text, null) : (text, "is neither a host such as api.example.com nor *.example.com");

    private static (string Value, string? Error) Scheme(string text) =>
        text.ToLowerInvariant() is "http" or "https" ? (text.ToLowerInvariant(), null) : (text, "is neither http nor https");

    private static (int Value, string? Error) Port(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= ushort.MaxValue ? (port, null) : (0, "is no port from 1 to 65535");

    private static (IPNetwork Value, string? Error) Network(string text) =>
        IPNetwork.TryParse(text, out var network) ? (network, null) : (default, "is no network such as 10.1.0.0/16 or 192.168.1.7/32");

    // A list in a file, or one text with commas in the environment.
    private List<T> Items<T>(string name, Func<string, (T Value, string? Error)> parse)
    {
        var section = configuration.GetSection($"Actant:{name}");
        var texts = section.GetChildren().Select(static child => child.Value ?? "")
            .Concat((section.Value ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        var items = new List<T>();
        foreach (var text in texts)
        {
            var (value, error) = parse(text.Trim());
            if (error is null)
            {
                items.Add(value);
            }
            else
            {
                errors.Add($"Actant:{name}: '{text}' {error}.");
            }
        }

        return items;
    }

    private int Number(string name, int preset, int least, int most) =>
        (int)(Configuration.Number($"Actant:{name}", Value(name), least, most, errors) ?? preset);

    private bool Flag(string name)
    {
        var text = Value(name);
        if (text is not null && !bool.TryParse(text, out _))
        {
            errors.Add($"Actant:{name}: '{text}' is neither true nor false.");
        }

        return bool.TryParse(text, out var flag) && flag;
    }

    private string? Value(string name) => configuration[$"Actant:{name}"] is { Length: > 0 } value ? value : null;
}
