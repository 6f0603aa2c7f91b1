using System.Text.RegularExpressions;
using Actant.HttpTools;

namespace Actant.Mcp;

/// <summary>Which MCP servers there are, and what they may take.</summary>
public sealed partial record McpOptions
{
    /// <summary>The servers that definitions may name. Only here can a program be named: no definition starts one that is not.</summary>
    public IReadOnlyList<McpServerOptions> Servers { get; init; } = [];

    /// <summary>Whether definitions may bring addresses of their own, as far as the guard lets them out.</summary>
    public bool AllowUrls { get; init; } = true;

    /// <summary>The most processes and sessions at once; those that nothing uses are closed first. 64 by default.</summary>
    public int MaxConnections { get; init => field = OptionRange.Check(value, 1, 10_000); } = 64;

    /// <summary>The most of them for one tenant. 8 by default.</summary>
    public int MaxConnectionsPerTenant { get; init => field = OptionRange.Check(value, 1, 10_000); } = 8;

    /// <summary>The most bytes of one message. 4 MiB by default. A program that says four times as much while nothing is asked of it is ended.</summary>
    public int MaxMessageBytes { get; init => field = OptionRange.Check(value, 1024, 256 * 1024 * 1024); } = 4 * 1024 * 1024;

    /// <summary>How long a server may take to start and to introduce itself. 30 s by default.</summary>
    public TimeSpan StartTimeout { get; init => field = OptionRange.Check(value, TimeSpan.FromMilliseconds(1), OptionRange.LongestWait); } = TimeSpan.FromSeconds(30);

    /// <summary>After which time without a call a process or session is closed. 5 minutes by default.</summary>
    public TimeSpan IdleTime { get; init => field = OptionRange.Check(value, TimeSpan.FromSeconds(1), OptionRange.LongestWait); } = TimeSpan.FromMinutes(5);

    /// <summary>How long a list of tools is used again, unless its server says sooner that it has changed. 30 s by default; 0 lists each time.</summary>
    public TimeSpan ListTime { get; init => field = OptionRange.Check(value, TimeSpan.Zero, OptionRange.LongestWait); } = TimeSpan.FromSeconds(30);

    /// <summary>Says what is wrong with it.</summary>
    /// <exception cref="ArgumentException">Something is.</exception>
    public static void Check(McpOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var server in options.Servers)
        {
            if (WhyNot(server) is { } why)
            {
                throw new ArgumentException($"The MCP server '{server.Name}' {why}.", nameof(options));
            }

            if (!names.Add(server.Name))
            {
                throw new ArgumentException($"Two MCP servers are named '{server.Name}'.", nameof(options));
            }
        }
    }

    private static string? WhyNot(McpServerOptions server) =>
        !ServerName().IsMatch(server.Name) ? "has a name with other characters than letters, digits, '_' and '-', or more than 64"
        : server.Command is null == server.Url is null ? "needs either a command or a URL"
        : server.Url is { } url && (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address is not { Scheme: "http" or "https", UserInfo: "" }) ? "has no URL such as https://mcp.example.com/mcp"
        : server.Headers.Select(static header => HeaderRules.WhyNotName(header.Key) ?? HeaderRules.WhyNotValue(header.Value)).FirstOrDefault(static why => why is not null) is { } header ? $"has a header that {header}"
        : server.Environment.Keys.FirstOrDefault(static name => name.Length == 0 || name.AsSpan().ContainsAny('=', '\0')) is { } variable ? $"has an environment variable that cannot be named '{variable}'"
        : null;

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{1,64}\z", RegexOptions.NonBacktracking)]
    private static partial Regex ServerName();
}
