using System.Text.Json;
using Actant.Definitions;

namespace Actant.HttpTools;

/// <summary>Reads the <c>config</c> of a tool of type <c>http</c>, and finds all that is wrong with it.</summary>
internal sealed class HttpToolReader(ToolDefinition definition)
{
    private readonly List<DefinitionProblem> _problems = [];

    /// <summary>The settings, or every problem.</summary>
    public static (HttpToolSettings? Settings, IReadOnlyList<DefinitionProblem> Problems) Read(ToolDefinition definition)
    {
        var reader = new HttpToolReader(definition);
        var settings = reader.Read();
        return reader._problems.Count == 0 ? (settings, []) : (null, reader._problems);
    }

    private HttpToolSettings? Read()
    {
        if (definition.Config is not { ValueKind: JsonValueKind.Object } config)
        {
            Report("$.config", DefinitionErrors.MissingField, "A tool of type `http` needs `config` with at least a `url`.");
            return null;
        }

        foreach (var unknown in config.EnumerateObject().Where(static property => !HttpFields.Service.Contains(property.Name)))
        {
            Report(JsonPath.Member("$.config", unknown.Name), DefinitionErrors.UnknownField, $"There is no such field; there are: {string.Join(", ", HttpFields.Service)}.");
        }

        var method = (Text(config, "method") ?? "GET").ToUpperInvariant();
        if (!HttpFields.Methods.Contains(method))
        {
            Report("$.config.method", DefinitionErrors.UnknownValue, $"One of {string.Join(", ", HttpFields.Methods)} is expected.");
        }

        var settings = new HttpToolSettings
        {
            Method = method,
            Url = Url(config)!,
            Query = Map(config, "query") ?? [],
            Headers = Headers(config),
            Json = TryGet(config, "json", out var json) ? new JsonTemplate(json) : null,
            Form = Map(config, "form"),
            Body = Text(config, "body") is { } body ? HttpTemplate.Parse(body) : null,
            Pointer = Pointer(config),
            HasParts = Kind(config),
            FollowRedirects = Flag(config, "follow_redirects", preset: true),
        };
        CheckBody(settings, method);
        CheckClass();
        if (_problems.Count == 0)
        {
            CheckArguments(settings);
        }

        return settings;
    }

    private UrlTemplate? Url(JsonElement config)
    {
        if (Text(config, "url") is not { } text)
        {
            if (!TryGet(config, "url", out _))
            {
                Report("$.config.url", DefinitionErrors.MissingField, "A tool of type `http` needs `config.url`.");
            }

            return null;
        }

        var (url, problem) = UrlTemplate.Parse(text);
        if (problem is not null)
        {
            Report("$.config.url", DefinitionErrors.InvalidUrl, problem);
        }

        return url;
    }

    private List<KeyValuePair<string, HttpTemplate>> Headers(JsonElement config)
    {
        var headers = Map(config, "headers") ?? [];
        foreach (var (name, value) in headers)
        {
            if ((HeaderRules.WhyNotName(name) ?? value.Parts.Select(static part => HeaderRules.WhyNotValue(part.Text)).FirstOrDefault(static why => why is not null)) is { } why)
            {
                Report(JsonPath.Member("$.config.headers", name), DefinitionErrors.InvalidHeader, $"The header {why}.");
            }
        }

        return headers;
    }

    private string Pointer(JsonElement config)
    {
        if (!TryGet(config, "response", out var response))
        {
            return "";
        }

        if (response.ValueKind != JsonValueKind.Object || response.EnumerateObject().Any(static property => property.Name is not ("pointer" or "parts"))
            || (Text(response, "pointer", "$.config.response.pointer") is null && !TryGet(response, "parts", out _)))
        {
            Report("$.config.response", DefinitionErrors.WrongType, "An object with a `pointer` is expected.");
            return "";
        }

        var pointer = Text(response, "pointer", "$.config.response.pointer") ?? "";
        if (!AnswerPointer.IsValid(pointer))
        {
            Report("$.config.response.pointer", DefinitionErrors.UnknownValue, "A JSON Pointer such as `/data/items/0` is expected.");
        }

        return pointer;
    }

    private bool Kind(JsonElement config)
    {
        if (!TryGet(config, "response", out var response) || response.ValueKind != JsonValueKind.Object || !TryGet(response, "parts", out var parts))
        {
            return false;
        }

        if (parts.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            Report("$.config.response.parts", DefinitionErrors.WrongType, "true or false is expected.");
        }

        return parts.ValueKind == JsonValueKind.True;
    }

    private void CheckBody(HttpToolSettings settings, string method)
    {
        var bodies = new[] { settings.Json is not null ? "json" : null, settings.Form is not null ? "form" : null, settings.Body is not null ? "body" : null }
            .OfType<string>().ToList();
        if (bodies.Count > 1)
        {
            Report($"$.config.{bodies[1]}", DefinitionErrors.DuplicateField, $"`{bodies[0]}` is there too; keep one of them.");
        }
        else if (bodies.Count == 1 && HttpFields.Bodiless.Contains(method))
        {
            Report($"$.config.{bodies[0]}", DefinitionErrors.MisplacedField, $"A {method} has no body.");
        }
    }

    private void CheckClass()
    {
        if (definition.SideEffects == ToolClass.Durable)
        {
            Report("$.side_effects", DefinitionErrors.UnknownValue, "An HTTP tool is `pure`, `idempotent` or `unsafe`.");
        }
    }

    private void CheckArguments(HttpToolSettings settings)
    {
        if (definition.Parameters is not { } parameters)
        {
            return;
        }

        var known = parameters.ValueKind == JsonValueKind.Object && parameters.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object
            ? properties.EnumerateObject().Select(static property => property.Name).ToList()
            : [];
        foreach (var (path, name) in settings.Arguments.Distinct().Where(argument => !known.Contains(argument.Name)))
        {
            Report(path, DefinitionErrors.UnknownPlaceholder, $"`parameters` has no property `{name}`{Spelling.HintOrList(name, known, "there are")}");
        }
    }

    private List<KeyValuePair<string, HttpTemplate>>? Map(JsonElement config, string field)
    {
        if (!TryGet(config, field, out var map))
        {
            return null;
        }

        if (map.ValueKind != JsonValueKind.Object)
        {
            Report($"$.config.{field}", DefinitionErrors.WrongType, "An object of texts is expected.");
            return null;
        }

        var templates = new List<KeyValuePair<string, HttpTemplate>>();
        foreach (var property in map.EnumerateObject())
        {
            if (property.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False)
            {
                templates.Add(KeyValuePair.Create(property.Name, HttpTemplate.Parse(HttpTemplate.TextOf(property.Value)!)));
            }
            else if (property.Value.ValueKind != JsonValueKind.Null)
            {
                Report(JsonPath.Member($"$.config.{field}", property.Name), DefinitionErrors.WrongType, "A text, a number or a boolean is expected.");
            }
        }

        return templates;
    }

    private string? Text(JsonElement config, string field, string? path = null)
    {
        if (!TryGet(config, field, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String)
        {
            return value.GetString();
        }

        Report(path ?? $"$.config.{field}", DefinitionErrors.WrongType, "A text is expected.");
        return null;
    }

    private bool Flag(JsonElement config, string field, bool preset)
    {
        if (!TryGet(config, field, out var value))
        {
            return preset;
        }

        if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            Report($"$.config.{field}", DefinitionErrors.WrongType, "`true` or `false` is expected.");
        }

        return value.ValueKind == JsonValueKind.True;
    }

    /// <summary>As everywhere in a definition, <c>null</c> counts as not written.</summary>
    private static bool TryGet(JsonElement fields, string name, out JsonElement value) => fields.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;

    private void Report(string path, string code, string message) => _problems.Add(new DefinitionProblem(path, code, message));
}
