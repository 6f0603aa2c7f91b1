using Actant.HttpTools;

namespace Actant.Mcp;

/// <summary>A server as a definition means it: one of the configuration, or an address of its own.</summary>
internal sealed record McpTarget
{
    /// <summary>What tells it from others of the same tenant.</summary>
    public required string Key { get; init; }

    /// <summary>What it is called in messages and logs.</summary>
    public required string Name { get; init; }

    /// <summary>The server of the configuration; <c>null</c> for an address.</summary>
    public McpServerOptions? Server { get; init; }

    /// <summary>The address, if it is one over HTTP.</summary>
    public string? Url { get; init; }

    /// <summary>What is sent with every request, or stands in the program's environment.</summary>
    public required IReadOnlyList<KeyValuePair<string, HttpTemplate>> Values { get; init; }

    /// <summary>The names of its secrets.</summary>
    public IEnumerable<string> Secrets => Values.SelectMany(static value => value.Value.Secrets).Distinct(StringComparer.Ordinal);

    public static McpTarget Of(McpServerOptions server) => new()
    {
        Key = server.Name,
        Name = server.Name,
        Server = server,
        Url = server.Url,
        Values = [.. (server.Url is null ? server.Environment : server.Headers).Select(static pair => KeyValuePair.Create(pair.Key, HttpTemplate.Parse(pair.Value)))],
    };
}
