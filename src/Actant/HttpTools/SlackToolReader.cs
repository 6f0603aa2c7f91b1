using System.Text.Json;
using Actant.Definitions;
using Actant.Secrets;

namespace Actant.HttpTools;

/// <summary>Reads the <c>config</c> of a tool of type <c>slack</c>, and finds all that is wrong with it.</summary>
internal sealed class SlackToolReader(ToolDefinition definition)
{
    private const int MostChannels = 100;
    private const int LongestChannel = 100;
    private static readonly string[] s_fields = ["token", "webhook", "channels", "url", "broadcast"];
    private readonly List<DefinitionProblem> _problems = [];

    /// <summary>The settings, or every problem.</summary>
    public static (SlackSettings? Settings, IReadOnlyList<DefinitionProblem> Problems) Read(ToolDefinition definition)
    {
        var reader = new SlackToolReader(definition);
        var settings = reader.Read();
        return reader._problems.Count == 0 ? (settings, []) : (null, reader._problems);
    }

    private SlackSettings? Read()
    {
        if (definition.Config is not { ValueKind: JsonValueKind.Object } config)
        {
            Report("$.config", DefinitionErrors.MissingField, "A tool of type `slack` needs `config` with a `token` and `channels`, or a `webhook`.");
            return null;
        }

        foreach (var unknown in config.EnumerateObject().Where(static property => !s_fields.Contains(property.Name)))
        {
            Report(JsonPath.Member("$.config", unknown.Name), DefinitionErrors.UnknownField, $"There is no such field; there are: {string.Join(", ", s_fields)}.");
        }

        if (definition.Parameters is not null)
        {
            Report("$.parameters", DefinitionErrors.MisplacedField, "What arguments a message takes is known; leave `parameters` out.");
        }

        if (definition.SideEffects is not (null or ToolClass.Unsafe))
        {
            Report("$.side_effects", DefinitionErrors.LaxerSideEffects, "A message that is sent again is there twice: a tool of type `slack` is `unsafe`.");
        }

        var (token, webhook) = (Secret(config, "token"), Secret(config, "webhook"));
        if (config.TryGetProperty("token", out _) == config.TryGetProperty("webhook", out _))
        {
            Report("$.config", DefinitionErrors.MissingField, "Either a `token` or a `webhook` is needed.");
        }

        var channels = Channels(config);
        if (webhook is not null && (channels.Count > 0 || config.TryGetProperty("url", out _)))
        {
            Report("$.config.webhook", DefinitionErrors.MisplacedField, "A webhook has its channel and its address; `channels` and `url` belong to a `token`.");
        }
        else if (token is not null && channels.Count == 0 && !config.TryGetProperty("channels", out _))
        {
            Report("$.config.channels", DefinitionErrors.MissingField, "With a `token`, say in which channels the tool may write.");
        }

        return new SlackSettings
        {
            Secret = token ?? webhook ?? "",
            IsWebhook = webhook is not null,
            Url = Url(config),
            Channels = channels,
            MayCallAll = Flag(config, "broadcast"),
        };
    }

    private string? Secret(JsonElement config, string field)
    {
        if (!config.TryGetProperty(field, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String && SecretReference.NameOf(value.GetString()!) is { } name && SecretName.IsValid(name))
        {
            return name;
        }

        Report($"$.config.{field}", DefinitionErrors.WrongType, "A secret is expected, as `secret://NAME`: whoever has it can write there.");
        return null;
    }

    private List<string> Channels(JsonElement config)
    {
        if (!config.TryGetProperty("channels", out var value))
        {
            return [];
        }

        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() is > 0 and <= MostChannels
            && value.EnumerateArray().All(static item => item.ValueKind == JsonValueKind.String && item.GetString() is { Length: > 0 and <= LongestChannel }))
        {
            return [.. value.EnumerateArray().Select(static item => item.GetString()!).Distinct(StringComparer.Ordinal)];
        }

        Report("$.config.channels", DefinitionErrors.WrongType, $"A list of 1 to {MostChannels} channels is expected, such as `C0123456789` or `#general`.");
        return [];
    }

    private string Url(JsonElement config)
    {
        if (!config.TryGetProperty("url", out var value))
        {
            return SlackSettings.Api;
        }

        if (value.ValueKind == JsonValueKind.String && Uri.TryCreate(value.GetString(), UriKind.Absolute, out var address) && address is { Scheme: "http" or "https", UserInfo: "" })
        {
            return value.GetString()!;
        }

        Report("$.config.url", DefinitionErrors.InvalidUrl, $"An address such as `{SlackSettings.Api}` is expected.");
        return SlackSettings.Api;
    }

    private bool Flag(JsonElement config, string field)
    {
        if (config.TryGetProperty(field, out var value) && value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            Report($"$.config.{field}", DefinitionErrors.WrongType, "`true` or `false` is expected.");
        }

        return value.ValueKind == JsonValueKind.True;
    }

    private void Report(string path, string code, string message) => _problems.Add(new(path, code, message));
}
