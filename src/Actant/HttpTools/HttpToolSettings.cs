using System.Text.Json;

namespace Actant.HttpTools;

/// <summary>What the <c>config</c> of an HTTP tool says, read and checked.</summary>
internal sealed record HttpToolSettings
{
    public string Method { get; init; } = "GET";

    public UrlTemplate Url { get; init; } = null!;

    public IReadOnlyList<KeyValuePair<string, HttpTemplate>> Query { get; init; } = [];

    public IReadOnlyList<KeyValuePair<string, HttpTemplate>> Headers { get; init; } = [];

    public JsonTemplate? Json { get; init; }

    public IReadOnlyList<KeyValuePair<string, HttpTemplate>>? Form { get; init; }

    public HttpTemplate? Body { get; init; }

    /// <summary>A JSON Pointer into the answer; empty is all of it.</summary>
    public string Pointer { get; init; } = "";

    /// <summary>Whether what the pointer leads to is a list of typed parts.</summary>
    public bool HasParts { get; init; }

    public bool FollowRedirects { get; init; } = true;

    /// <summary>Every template with its path in the definition, beside the URL's.</summary>
    public IEnumerable<(string Path, HttpTemplate Template)> Templates =>
        Query.Select(static pair => (PathOf("query", pair.Key), pair.Value))
            .Concat(Headers.Select(static pair => (PathOf("headers", pair.Key), pair.Value)))
            .Concat((Form ?? []).Select(static pair => (PathOf("form", pair.Key), pair.Value)))
            .Concat((Json?.Texts ?? []).Select(static template => ("$.config.json", template)))
            .Concat(Body is null ? [] : [("$.config.body", Body)]);

    /// <summary>Every argument that is named, with the path of where.</summary>
    public IEnumerable<(string Path, string Name)> Arguments =>
        Url.Arguments.Select(static name => ("$.config.url", name))
            .Concat(Templates.SelectMany(static part => part.Template.Arguments.Select(name => (part.Path, name))));

    /// <summary>Every secret that is named, with the path of where.</summary>
    public IEnumerable<(string Path, string Name)> Secrets => Templates.SelectMany(static part => part.Template.Secrets.Select(name => (part.Path, name)));

    /// <summary>The parameters of a tool that states none: each argument, as a text that must be there.</summary>
    public JsonElement PresetParameters()
    {
        var names = Arguments.Select(static argument => argument.Name).Distinct(StringComparer.Ordinal).ToList();
        var properties = string.Join(',', names.Select(static name => $$"""{{JsonSerializer.Serialize(name, HttpToolJson.Default.String)}}:{"type":"string"}"""));
        return JsonElement.Parse(
            $$"""{"type":"object","properties":{ {{properties}} },"required":{{JsonSerializer.Serialize(names, HttpToolJson.Default.ListString)}},"additionalProperties":false}""");
    }

    private static string PathOf(string field, string key) => Definitions.JsonPath.Member($"$.config.{field}", key);
}
