using System.Net;
using Actant.Api;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Actant.Server.Settings;

/// <summary>Reads the settings; finds all that is wrong with them, not only the first.</summary>
internal sealed class SettingsReader(IConfiguration configuration)
{
    private const int MostExecutions = 1_000_000;
    private const int MostReaders = 1_000_000;

    private static readonly Dictionary<string, string> s_aliases = new(StringComparer.OrdinalIgnoreCase)
    {
        ["MAX_CONCURRENT_AGENTS"] = "MaxConcurrentExecutions",
        ["LOG_LEVEL"] = "LogLevel",
    };

    private static readonly string[] s_names =
    [
        "Urls", "Data", "Agents", "MaxConcurrentExecutions", "SessionSeconds", "ShutdownSeconds",
        "ExecutionSeconds", "LogLevel", "CorsOrigins", "PublicUrl", "MaxReaders", "MaxReadersPerTenant",
        "MaxBodyBytes", "MaxBodyBytesPerTenant", "BodySeconds", "StateMemoryBytes", "Postgres", "Cluster",
        "Tiers", "Tenants", "Models", "CloudEvents", "Nats", "Egress", "Mcp", "Secrets",
        "Plugins", "Redis", "Orchestrator", "Vault", "Ready", "Tracing", "DomainActions",
    ];

    private readonly List<string> _errors = [];

    /// <summary>The settings, or every error.</summary>
    public static (ServerSettings? Settings, IReadOnlyList<string> Errors) Read(IConfiguration configuration)
    {
        var reader = new SettingsReader(configuration);
        var settings = reader.Read();
        return (reader._errors.Count == 0 ? settings : null, Configuration.NameVariables(configuration, reader._errors));
    }

    private ServerSettings Read()
    {
        Configuration.CheckNames(configuration.GetSection("Actant"), s_names, _errors);
        var (agents, _) = Find("Agents");
        if (agents is not null && !Directory.Exists(agents))
        {
            _errors.Add($"Actant:Agents: there is no folder '{agents}'.");
        }

        var (addresses, storage, events) = (Addresses(), new StorageReader(configuration, _errors).Read(), new EventReader(configuration, _errors).Read());
        if (storage.Cluster?.Listen is { } peers && addresses.Exists(address => ListenAddress.Overlap(address, peers)))
        {
            _errors.Add($"Actant:Cluster:Listen: {peers} is where the API is served; the other nodes need a port of their own.");
        }

        if (events.Open?.Listen is { } open && (addresses.Exists(address => ListenAddress.Overlap(address, open)) || (storage.Cluster is { } cluster && ListenAddress.Overlap(cluster.Listen, open))))
        {
            _errors.Add($"Actant:CloudEvents:Listen: at {open} something else is served; events without a key need a port of their own, which a firewall can keep for their sender.");
        }

        var redis = new RedisReader(configuration, _errors).Read();
        return new ServerSettings
        {
            Addresses = addresses,
            Data = Find("Data").Value ?? ServerSettings.DefaultData,
            Agents = agents,
            MaxConcurrentExecutions = Number("MaxConcurrentExecutions", 10, 1, MostExecutions),
            SessionLength = TimeSpan.FromSeconds(Number("SessionSeconds", 9, 1, 600)),
            ShutdownPatience = TimeSpan.FromSeconds(Number("ShutdownSeconds", (int)new EngineOptions().ShutdownPatience.TotalSeconds, 0, 3600)),
            ExecutionTimeout = TimeSpan.FromSeconds(Number("ExecutionSeconds", (int)new EngineOptions().ExecutionTimeout.TotalSeconds, 1, 366 * 24 * 3600)),
            LogLevel = Level(),
            CorsOrigins = Origins(),
            PublicUrl = PublicUrl(),
            Streams = new StreamLimits
            {
                MaxReaders = Number("MaxReaders", new StreamLimits().MaxReaders, 1, MostReaders),
                MaxReadersPerTenant = Number("MaxReadersPerTenant", new StreamLimits().MaxReadersPerTenant, 1, MostReaders),
            },
            StateMemoryBytes = Number("StateMemoryBytes", (int)new EngineOptions().StateMemoryBytes, 16 * 1024 * 1024, int.MaxValue),
            Bodies = new BodyLimits
            {
                MaxBytes = Number("MaxBodyBytes", (int)new BodyLimits().MaxBytes, CommandDocument.MaxBytes, int.MaxValue),
                MaxBytesPerTenant = Number("MaxBodyBytesPerTenant", (int)new BodyLimits().MaxBytesPerTenant, CommandDocument.MaxBytes, int.MaxValue),
                Timeout = TimeSpan.FromSeconds(Number("BodySeconds", (int)new BodyLimits().Timeout.TotalSeconds, 1, 3600)),
            },
            Storage = storage,
            Tenants = new TenantReader(configuration, _errors).Read(),
            Models = new ModelSettingsReader(configuration, _errors).Read(),
            Outbound = new OutboundReader(configuration, _errors).Read(),
            Events = events,
            Plugins = PluginReader.Read(configuration, _errors),
            Redis = redis,
            DomainActions = new DomainActionReader(configuration, _errors).Read(redis),
            Orchestrator = new OrchestratorReader(configuration, _errors).Read(),
            RequireBrokers = RequiresBrokers(),
            Tracing = new TracingReader(configuration, _errors).Read(),
        };
    }

    private List<IPEndPoint> Addresses()
    {
        var (value, source) = Find("Urls");
        var found = new List<IPEndPoint>();
        foreach (var url in (value ?? ServerSettings.DefaultUrl).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var (endPoint, error) = ListenAddress.Parse(url);
            if (endPoint is null)
            {
                _errors.Add($"{source}: {error}");
            }
            else
            {
                found.Add(endPoint);
            }
        }

        return found;
    }

    /// <summary>A list in a file, or one text with commas in the environment.</summary>
    private List<string> Origins()
    {
        var section = configuration.GetSection("Actant:CorsOrigins");
        List<string> origins =
        [
            .. section.GetChildren().Select(static child => child.Value ?? ""),
            .. (section.Value ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
        ];
        _errors.AddRange(origins.Where(static origin => !IsOrigin(origin)).Select(static origin =>
            $"Actant:CorsOrigins: '{origin}' is no origin such as https://app.example.com or http://localhost:5173, as browsers write it."));
        return origins;
    }

    private Uri? PublicUrl()
    {
        var (value, source) = Find("PublicUrl");
        if (value is null)
        {
            return null;
        }

        if (Uri.TryCreate(value, UriKind.Absolute, out var url) && url is { Scheme: "http" or "https", UserInfo: "", Query: "", Fragment: "" })
        {
            return url;
        }

        _errors.Add($"{source}: '{value}' is no address such as https://actant.example.com.");
        return null;
    }

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme is "http" or "https") && uri.UserInfo.Length == 0
        && text == uri.GetLeftPart(UriPartial.Authority) && !text.Contains('*', StringComparison.Ordinal);

    private int Number(string name, int preset, int least, int most)
    {
        var (value, source) = Find(name);
        return (int)(Configuration.Number(source, value, least, most, _errors) ?? preset);
    }

    private LogLevel Level()
    {
        var (value, source) = Find("LogLevel");
        var isDebug = IsDebug();
        if (value is null)
        {
            return isDebug ? LogLevel.Debug : LogLevel.Information;
        }

        if (LogLevels.Parse(value) is { } level)
        {
            return isDebug && level > LogLevel.Debug ? LogLevel.Debug : level;
        }

        _errors.Add($"{source}: '{value}' is none of {LogLevels.Words}.");
        return LogLevel.Information;
    }

    private bool RequiresBrokers()
    {
        Configuration.CheckNames(configuration.GetSection("Actant:Ready"), ["RequireBrokers"], _errors);
        return Configuration.Flag("Actant:Ready:RequireBrokers", configuration["Actant:Ready:RequireBrokers"], _errors) ?? false;
    }

    private bool IsDebug()
    {
        switch (configuration["DEBUG"]?.Trim().ToLowerInvariant())
        {
            case "true" or "1" or "yes" or "on":
                return true;
            case null or "" or "false" or "0" or "no" or "off":
                return false;
            default:
                _errors.Add($"DEBUG: '{configuration["DEBUG"]}' is neither true nor false.");
                return false;
        }
    }

    // Our own name wins over an alias: whoever wrote it meant this program.
    private (string? Value, string Source) Find(string name)
    {
        if (configuration[$"Actant:{name}"] is { Length: > 0 } value)
        {
            return (value, $"Actant:{name}");
        }

        var alias = s_aliases.FirstOrDefault(pair => pair.Value == name).Key;
        return alias is not null && configuration[alias] is { Length: > 0 } aliased ? (aliased, alias) : (null, $"Actant:{name}");
    }
}
