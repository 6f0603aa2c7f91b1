using System.Text.Json;
using Actant.Egress;
using Actant.Secrets;

namespace Actant.HttpTools;

/// <summary>
/// The URL of a tool. Arguments stand in its path and query only; a value stays inside the segment or the query value that it was
/// written into.
/// </summary>
internal sealed class UrlTemplate
{
    private static readonly Dictionary<string, Secret> s_noSecrets = [];

    private readonly string _origin;
    private readonly HttpTemplate[] _segments;
    private readonly HttpTemplate? _query;

    private UrlTemplate(string origin, HttpTemplate[] segments, HttpTemplate? query)
    {
        _origin = origin;
        _segments = segments;
        _query = query;
    }

    public IEnumerable<string> Arguments => _segments.SelectMany(static segment => segment.Arguments).Concat(_query?.Arguments ?? []);

    /// <summary>An URL of the tool's origin, for what can be said of it before a call.</summary>
    public string Sample => $"{_origin}/";

    /// <summary>Reads a template; else says what is wrong.</summary>
    public static (UrlTemplate? Url, string? Problem) Parse(string text)
    {
        if (text.Contains(SecretReference.Scheme, StringComparison.Ordinal))
        {
            return (null, "A URL is logged; put the secret into a header, or into `query`.");
        }

        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        var start = scheme < 0 ? -1 : text.AsSpan(scheme + 3).IndexOfAny('/', '?', '#');
        var (origin, rest) = start < 0 ? (text, "") : (text[..(scheme + 3 + start)], text[(scheme + 3 + start)..]);
        if (HttpTemplate.Parse(origin).Arguments.Any())
        {
            return (null, "Arguments can stand in the path and the query of a URL, never in its scheme, host or port.");
        }

        if (rest.Contains('#', StringComparison.Ordinal))
        {
            return (null, "A fragment (`#…`) is never sent; leave it out.");
        }

        var query = rest.IndexOf('?', StringComparison.Ordinal);
        var path = query < 0 ? rest : rest[..query];
        HttpTemplate[] segments = [.. path.Split('/').Select(HttpTemplate.Parse)];
        if (segments.Any(static segment => segment.Parts is [{ Kind: TemplatePartKind.Text, Text: var only }] && IsDots(Uri.UnescapeDataString(only))))
        {
            return (null, "The path has a segment `.` or `..`; write it without.");
        }

        try
        {
            EgressUrl.Parse($"{origin}/");
            EgressUrl.Parse(origin + string.Concat(HttpTemplate.Parse(rest).Parts.Select(static part => part.Kind == TemplatePartKind.Text ? part.Text : "x")));
        }
        catch (EgressException exception)
        {
            return (null, exception.Message);
        }

        return (new UrlTemplate(origin, segments, query < 0 ? null : HttpTemplate.Parse(rest[(query + 1)..])), null);
    }

    /// <summary>The URL of a call, with its own query and nothing else behind it.</summary>
    /// <exception cref="HttpArgumentException">An argument is missing, or would change the structure of the URL.</exception>
    public string Fill(JsonElement arguments)
    {
        var path = string.Join('/', _segments.Select(segment => Fill(segment, arguments)));
        var query = _query is null ? "" : $"?{FillOrThrow(_query, arguments)}";
        return $"{_origin}{(path.Length > 0 ? path : "/")}{query}";
    }

    private static string Fill(HttpTemplate segment, JsonElement arguments)
    {
        foreach (var name in segment.Arguments)
        {
            var value = HttpTemplate.TextOf(arguments, name);
            if (value?.AsSpan().ContainsAny('/', '\\') == true || value?.AsSpan().ContainsAnyInRange('\0', '\u001f') == true)
            {
                throw new HttpArgumentException($"$.{name}: '/', '\\' and control characters cannot stand in this part of the URL.");
            }
        }

        var text = FillOrThrow(segment, arguments);
        return segment.Arguments.Any() && (text.Length == 0 || IsDots(Uri.UnescapeDataString(text)))
            ? throw new HttpArgumentException($"$.{segment.Arguments.First()}: a part of the URL cannot be empty, '.' or '..'.")
            : text;
    }

    private static string FillOrThrow(HttpTemplate template, JsonElement arguments) =>
        template.Fill(arguments, s_noSecrets, Uri.EscapeDataString)
        ?? throw new HttpArgumentException($"$.{template.Arguments.First(name => HttpTemplate.TextOf(arguments, name) is null)}: the URL needs it.");

    private static bool IsDots(string segment) => segment is "." or "..";
}
