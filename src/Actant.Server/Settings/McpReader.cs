using Actant.Access;
using Actant.Mcp;
using Microsoft.Extensions.Configuration;

namespace Actant.Server.Settings;

/// <summary>Reads the section <c>Mcp</c>; finds all that is wrong with it.</summary>
internal sealed class McpReader(IConfiguration configuration, ICollection<string> errors)
{
    private const string Section = "Actant:Mcp";
    private const int MostConnections = 10_000;
    private const int MostBytes = 256 * 1024 * 1024;
    private const int MostSeconds = 86_400;
    private static readonly string[] s_names = ["Servers", "AllowUrls", "MaxConnections", "MaxConnectionsPerTenant", "MaxMessageBytes", "StartSeconds", "IdleSeconds", "ListSeconds"];

    private static readonly string[] s_server =
        ["Command", "Arguments", "Environment", "Folder", "Url", "Headers", "Tenants", "Include", "Exclude", "MemoryMegabytes", "CpuSeconds"];

    public McpOptions Read()
    {
        var section = configuration.GetSection(Section);
        Configuration.CheckNames(section, s_names, errors);
        var preset = new McpOptions();
        var servers = section.GetSection("Servers").GetChildren().Select(Server).ToList();
        foreach (var server in servers)
        {
            try
            {
                McpOptions.Check(new McpOptions { Servers = [server] });
            }
            catch (ArgumentException exception)
            {
                errors.Add($"{Section}:Servers:{server.Name}: {exception.Message}");
            }
        }

        return preset with
        {
            Servers = servers,
            AllowUrls = Configuration.Flag($"{Section}:AllowUrls", Text("AllowUrls"), errors) ?? preset.AllowUrls,
            MaxConnections = Number("MaxConnections", preset.MaxConnections, 1, MostConnections),
            MaxConnectionsPerTenant = Number("MaxConnectionsPerTenant", preset.MaxConnectionsPerTenant, 1, MostConnections),
            MaxMessageBytes = Number("MaxMessageBytes", preset.MaxMessageBytes, 1024, MostBytes),
            StartTimeout = TimeSpan.FromSeconds(Number("StartSeconds", (int)preset.StartTimeout.TotalSeconds, 1, MostSeconds)),
            IdleTime = TimeSpan.FromSeconds(Number("IdleSeconds", (int)preset.IdleTime.TotalSeconds, 1, MostSeconds)),
            ListTime = TimeSpan.FromSeconds(Number("ListSeconds", (int)preset.ListTime.TotalSeconds, 0, MostSeconds)),
        };
    }

    private McpServerOptions Server(IConfigurationSection section)
    {
        Configuration.CheckNames(section, s_server, errors);
        var preset = new McpServerOptions { Name = section.Key };
        var (path, folder) = ($"{Section}:Servers:{section.Key}", section["Folder"] is { Length: > 0 } named ? named : null);
        if (folder is not null && !Directory.Exists(folder))
        {
            errors.Add($"{path}:Folder: there is no folder '{folder}'.");
        }

        var tenants = Items(section.GetSection("Tenants"));
        foreach (var tenant in tenants.Where(static tenant => !ApiKeys.CanOwn(tenant)))
        {
            errors.Add($"{path}:Tenants: '{tenant}' is no tenant: 1 to 128 letters, digits, '.', '_', '-' and ':' are.");
        }

        return preset with
        {
            Command = section["Command"] is { Length: > 0 } command ? command : null,
            Arguments = [.. section.GetSection("Arguments").GetChildren().Select(static child => child.Value ?? "")],
            Environment = Pairs(section.GetSection("Environment")),
            Folder = folder,
            Url = section["Url"] is { Length: > 0 } url ? url : null,
            Headers = Pairs(section.GetSection("Headers")),
            Tenants = tenants.Where(static tenant => ApiKeys.CanOwn(tenant)).Select(static tenant => new TenantId(tenant)).ToHashSet(),
            Include = Items(section.GetSection("Include")),
            Exclude = Items(section.GetSection("Exclude")),
            MemoryBytes = 1024L * 1024 * (Configuration.Number($"{path}:MemoryMegabytes", section["MemoryMegabytes"], 0, 1024 * 1024, errors) ?? preset.MemoryBytes / (1024 * 1024)),
            CpuSeconds = (int)(Configuration.Number($"{path}:CpuSeconds", section["CpuSeconds"], 0, int.MaxValue, errors) ?? preset.CpuSeconds),
        };
    }

    /// <summary>A list in a file, or one text with commas in the environment.</summary>
    private static List<string> Items(IConfigurationSection section) =>
        [.. section.GetChildren().Select(static child => child.Value ?? "").Concat((section.Value ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];

    private static Dictionary<string, string> Pairs(IConfigurationSection section) =>
        section.GetChildren().ToDictionary(static child => child.Key, static child => child.Value ?? "", StringComparer.Ordinal);

    private string? Text(string name) => configuration[$"{Section}:{name}"] is { Length: > 0 } value ? value : null;

    private int Number(string name, int preset, int least, int most) => (int)(Configuration.Number($"{Section}:{name}", Text(name), least, most, errors) ?? preset);
}
