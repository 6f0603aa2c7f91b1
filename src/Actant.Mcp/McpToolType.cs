using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Actant.Definitions;
using Actant.Egress;
using Actant.HttpTools;
using Actant.Secrets;
using Actant.Tools;
using Microsoft.Extensions.Logging;
using ModelContextProtocol;

namespace Actant.Mcp;

/// <summary>Tools of type <c>mcp</c>: one of a server, or all that it lists. See <c>docs/mcp.md</c>.</summary>
internal sealed partial class McpToolType(McpConnections connections, EgressGuard guard, ISecretSource secrets) : IToolSource
{
    public string Name => "mcp";

    public bool IsOpen(ToolDefinition definition) => McpToolReader.Read(definition).Settings?.Listed is null;

    public bool TryCreate(ToolDefinition definition, [NotNullWhen(true)] out Tool? tool, out IReadOnlyList<DefinitionProblem> problems)
    {
        (var settings, problems) = McpToolReader.Read(definition);
        tool = settings is null ? null : new McpTool(definition, settings, this, connections);
        return tool is not null;
    }

    public IReadOnlyList<DefinitionProblem> CheckPlace(ToolDefinition definition, TenantId tenant)
    {
        if (McpToolReader.Read(definition).Settings is not { } settings)
        {
            return [];
        }

        var problems = new List<DefinitionProblem>();
        if (settings.Server is { } name && TargetOf(settings, tenant) is null)
        {
            var offered = connections.Options.Servers.Where(server => server.IsFor(tenant)).Select(static server => server.Name).ToList();
            problems.Add(new("$.config.server", DefinitionErrors.UnknownValue, $"No MCP server `{JsonPath.Shorten(name)}` is configured for you{Spelling.HintOrList(name, offered, "there are")}"));
        }
        else if (settings.Url is { } url)
        {
            if (!connections.Options.AllowUrls)
            {
                problems.Add(new("$.config.url", DefinitionErrors.HostNotAllowed, "Only MCP servers of the configuration may be used here: name one as `server`."));
            }
            else if (guard.Check(url) is { } refused)
            {
                problems.Add(new("$.config.url", DefinitionErrors.HostNotAllowed, refused.Message));
            }
        }

        foreach (var (header, value) in settings.Headers)
        {
            problems.AddRange(HttpTemplate.Parse(value).Secrets.Where(secret => !secrets.MayUse(tenant, secret)).Select(secret => new DefinitionProblem(
                JsonPath.Member("$.config.headers", header), DefinitionErrors.UnknownSecret, $"There is no secret `{secret}`; add it, for example as the environment variable of `docs/secrets.md`.")));
        }

        return problems;
    }

    public async ValueTask<ToolListing> ListAsync(ToolDefinition definition, TenantId tenant, CancellationToken cancellationToken)
    {
        var (settings, problems) = McpToolReader.Read(definition);
        if (settings is null)
        {
            return new ToolListing { Problems = problems };
        }

        if (TargetOf(settings, tenant) is not { } target)
        {
            return new ToolListing { Problems = CheckPlace(definition, tenant) };
        }

        // An answer that the protocol's client cannot read is passed over, and nobody else would end the wait.
        using var late = new CancellationTokenSource(connections.Options.StartTimeout * 2, connections.Time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            var listed = await connections.AskAsync(target, tenant, (session, token) => session.ListAsync(connections.Options.ListTime, token), stop.Token);
            return Select(definition, settings, target, listed);
        }
        catch (McpUnavailableException exception)
        {
            return Unavailable(settings, exception.Message);
        }
        catch (Exception exception) when (exception is McpException or IOException or HttpRequestException or InvalidOperationException or System.Text.Json.JsonException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            LogNotListed(connections.Logger, exception, target.Name);
            return Unavailable(settings, $"The MCP server '{target.Name}' did not list its tools.");
        }
    }

    /// <summary>The server that a definition means; <c>null</c> if the tenant has none such.</summary>
    public McpTarget? TargetOf(McpToolSettings settings, TenantId tenant)
    {
        if (settings.Server is { } name)
        {
            return connections.Options.Servers.FirstOrDefault(server => server.Name == name && server.IsFor(tenant)) is { } server ? McpTarget.Of(server) : null;
        }

        var whole = string.Join('\n', settings.Headers.Select(static header => $"{header.Key}: {header.Value}").Prepend(settings.Url));
        return !connections.Options.AllowUrls ? null : new McpTarget
        {
            Key = $"url:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(whole)))}",
            Name = new Uri(settings.Url!).Host,
            Url = settings.Url,
            Values = [.. settings.Headers.Select(static header => KeyValuePair.Create(header.Key, HttpTemplate.Parse(header.Value)))],
        };
    }

    private ToolListing Select(ToolDefinition definition, McpToolSettings settings, McpTarget target, IReadOnlyList<CheckedTool> listed)
    {
        var offered = listed.Where(tool => target.Server is not { } server
            || ((server.Include.Count == 0 || McpToolSettings.IsAmong(tool.Name, server.Include)) && !McpToolSettings.IsAmong(tool.Name, server.Exclude))).ToList();
        foreach (var tool in offered.Where(static tool => tool.Fault is not null))
        {
            LogLeftOut(connections.Logger, target.Name, tool.Name, tool.Fault!);
        }

        var problems = new List<DefinitionProblem>();
        IEnumerable<(string Name, string Path)> meant = settings.Tool is { } single ? [(single, "$.config.tool")]
            : settings.Include.Index().Where(static item => !item.Item.Contains('*', StringComparison.Ordinal)).Select(static item => (item.Item, $"$.config.include[{item.Index}]"));
        foreach (var (name, path) in meant)
        {
            var found = offered.Find(tool => tool.Name == name);
            if (found is null)
            {
                problems.Add(new(path, DefinitionErrors.UnknownTool, $"The MCP server `{target.Name}` lists no tool `{JsonPath.Shorten(name)}`{Spelling.HintOrList(name, [.. offered.Select(static tool => tool.Name).Take(50)], "there are")}"));
            }
            else if (found.Fault is { } fault)
            {
                problems.Add(new(path, DefinitionErrors.UnknownTool, $"The tool `{JsonPath.Shorten(name)}` of `{target.Name}` cannot be used: {fault}."));
            }
        }

        var chosen = offered.Where(tool => tool.Fault is null && (settings.Tool is { } one ? tool.Name == one
            : (settings.Include.Count == 0 || McpToolSettings.IsAmong(tool.Name, settings.Include)) && !McpToolSettings.IsAmong(tool.Name, settings.Exclude)))
            .DistinctBy(static tool => tool.Name, StringComparer.Ordinal).ToList();
        if (chosen.Count == 0 && problems.Count == 0)
        {
            problems.Add(new("$.config", DefinitionErrors.UnknownTool, $"Of the {listed.Count} tools that the MCP server `{target.Name}` lists none is left."));
        }

        return problems.Count > 0 ? new ToolListing { Problems = problems } : new ToolListing { Tools = [.. chosen.Select(tool => ListedOf(definition, settings, tool))] };
    }

    private static ListedTool ListedOf(ToolDefinition definition, McpToolSettings settings, CheckedTool tool) => new()
    {
        Name = settings.Tool is not null ? definition.Name : $"{settings.Prefix ?? $"{definition.Name}_"}{tool.Name}",
        Description = settings.Tool is not null && definition.Description.Length > 0 ? definition.Description : tool.Description,
        Parameters = tool.Parameters,
        Config = settings.Of(tool),
        SideEffects = definition.SideEffects is { } stated && tool.AtLeast > stated ? tool.AtLeast : null,
    };

    private static ToolListing Unavailable(McpToolSettings settings, string message) =>
        new() { Problems = [new(settings.Server is null ? "$.config.url" : "$.config.server", DefinitionErrors.ToolsUnavailable, message)] };

    [LoggerMessage(EventId = 6408, Level = LogLevel.Warning, Message = "The MCP server {Name} did not list its tools")]
    private static partial void LogNotListed(ILogger logger, Exception exception, string name);

    [LoggerMessage(EventId = 6409, Level = LogLevel.Warning, Message = "The tool {Tool} of the MCP server {Name} is left out: {Reason}")]
    private static partial void LogLeftOut(ILogger logger, string name, string tool, string reason);
}
