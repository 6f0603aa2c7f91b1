using System.Text.Json;
using Actant.Definitions;
using Actant.HttpTools;

namespace Actant.Mcp;

/// <summary>Reads the <c>config</c> of a tool of type <c>mcp</c>, and finds all that is wrong with it.</summary>
internal sealed class McpToolReader(ToolDefinition definition)
{
    private const int LongestText = 2000;
    private const int LongestPrefix = 32;
    private const int MostPatterns = 1000;
    private const int MostHeaders = 32;
    private static readonly string[] s_fields = ["server", "url", "headers", "tool", "include", "exclude", "prefix", "listed"];
    private readonly List<DefinitionProblem> _problems = [];

    /// <summary>The settings, or every problem.</summary>
    public static (McpToolSettings? Settings, IReadOnlyList<DefinitionProblem> Problems) Read(ToolDefinition definition)
    {
        var reader = new McpToolReader(definition);
        var settings = reader.Read();
        return reader._problems.Count == 0 ? (settings, []) : (null, reader._problems);
    }

    private McpToolSettings? Read()
    {
        if (definition.Config is not { ValueKind: JsonValueKind.Object } config)
        {
            Report("$.config", DefinitionErrors.MissingField, "A tool of type `mcp` needs `config` with a `server` of the configuration, or a `url`.");
            return null;
        }

        foreach (var unknown in config.EnumerateObject().Where(static property => !s_fields.Contains(property.Name)))
        {
            Report(JsonPath.Member("$.config", unknown.Name), DefinitionErrors.UnknownField, $"There is no such field; there are: {string.Join(", ", s_fields[..^1])}.");
        }

        var settings = new McpToolSettings
        {
            Server = Text(config, "server"),
            Url = Text(config, "url"),
            Headers = Headers(config),
            Tool = Text(config, "tool"),
            Include = Patterns(config, "include"),
            Exclude = Patterns(config, "exclude"),
            Prefix = Text(config, "prefix"),
            Listed = Text(config, "listed"),
        };
        Check(settings, config);
        return settings;
    }

    private void Check(McpToolSettings settings, JsonElement config)
    {
        if (config.TryGetProperty("server", out _) == config.TryGetProperty("url", out _))
        {
            Report("$.config", DefinitionErrors.MissingField, "Either `server`, which the operator has configured, or `url` is needed.");
        }

        if (settings.Server is not null && settings.Headers.Count > 0)
        {
            Report("$.config.headers", DefinitionErrors.MisplacedField, "What is sent to a server of the configuration stands there; `headers` belong to a `url`.");
        }

        if (settings.Url is { } url && (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address is not { Scheme: "http" or "https", UserInfo: "" }))
        {
            Report("$.config.url", DefinitionErrors.InvalidUrl, "An address such as `https://mcp.example.com/mcp` is expected, without a user.");
        }

        if (settings.Prefix is { } prefix && (prefix.Length > LongestPrefix || !prefix.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')))
        {
            Report("$.config.prefix", DefinitionErrors.InvalidName, $"At most {LongestPrefix} letters, digits, `_` and `-` are possible.");
        }

        if (settings.Tool is not null && (settings.Include.Count > 0 || settings.Exclude.Count > 0 || settings.Prefix is not null))
        {
            Report("$.config.tool", DefinitionErrors.MisplacedField, "`tool` means one tool, which is named as its definition is; `include`, `exclude` and `prefix` are about several.");
        }

        if (definition.Parameters is not null && settings.Listed is null)
        {
            Report("$.parameters", DefinitionErrors.MisplacedField, "What arguments a tool takes its server says; leave `parameters` out.");
        }

        if (settings.Listed is not null && settings.Tool is null)
        {
            Report("$.config.listed", DefinitionErrors.MisplacedField, "The engine writes this field; leave it out.");
        }

        if (definition.SideEffects == ToolClass.Durable)
        {
            Report("$.side_effects", DefinitionErrors.LaxerSideEffects, "A tool of an MCP server is not `durable`: a call of it cannot be resumed.");
        }
    }

    private List<KeyValuePair<string, string>> Headers(JsonElement config)
    {
        var headers = new List<KeyValuePair<string, string>>();
        if (!config.TryGetProperty("headers", out var value))
        {
            return headers;
        }

        if (value.ValueKind != JsonValueKind.Object || value.EnumerateObject().Count() > MostHeaders || value.EnumerateObject().Any(static header => header.Value.ValueKind != JsonValueKind.String))
        {
            Report("$.config.headers", DefinitionErrors.WrongType, $"An object of at most {MostHeaders} names and texts is expected.");
            return headers;
        }

        foreach (var header in value.EnumerateObject())
        {
            var text = header.Value.GetString()!;
            if ((HeaderRules.WhyNotName(header.Name) ?? HeaderRules.WhyNotValue(text) ?? (HttpTemplate.Parse(text).Arguments.Any() ? "has an `{argument}`, and there is none" : null)) is { } why)
            {
                Report(JsonPath.Member("$.config.headers", header.Name), DefinitionErrors.InvalidHeader, $"The header {why}.");
            }

            headers.Add(KeyValuePair.Create(header.Name, text));
        }

        return headers;
    }

    private List<string> Patterns(JsonElement config, string name)
    {
        if (!config.TryGetProperty(name, out var value))
        {
            return [];
        }

        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() is > 0 and <= MostPatterns
            && value.EnumerateArray().All(static item => item.ValueKind == JsonValueKind.String && item.GetString() is { Length: > 0 and <= LongestText }))
        {
            return [.. value.EnumerateArray().Select(static item => item.GetString()!)];
        }

        Report($"$.config.{name}", DefinitionErrors.WrongType, $"A list of 1 to {MostPatterns} names is expected, in which `*` stands for any text.");
        return [];
    }

    private string? Text(JsonElement config, string name)
    {
        if (!config.TryGetProperty(name, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String && value.GetString() is { Length: <= LongestText } text && (text.Length > 0 || name == "prefix"))
        {
            return text;
        }

        Report($"$.config.{name}", DefinitionErrors.WrongType, $"A text of 1 to {LongestText} characters is expected.");
        return null;
    }

    private void Report(string path, string code, string message) => _problems.Add(new(path, code, message));
}
