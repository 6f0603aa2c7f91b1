using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Actant.Secrets;

namespace Actant.HttpTools;

/// <summary>Makes the request of one call of an HTTP tool.</summary>
internal static class HttpToolRequest
{
    /// <exception cref="HttpArgumentException">The arguments, or a secret, make no request.</exception>
    public static HttpRequestMessage Of(HttpToolSettings settings, JsonElement arguments, IReadOnlyDictionary<string, Secret> secrets)
    {
        var url = settings.Url.Fill(arguments);
        var query = string.Join('&', settings.Query.SelectMany(pair => Pairs(pair, arguments, secrets)).Select(static pair => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value)}"));
        url = query.Length == 0 ? url : $"{url}{(url.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{query}";
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri))
        {
            throw new HttpArgumentException("$: the URL grows too long.");
        }

        var request = new HttpRequestMessage(new HttpMethod(settings.Method), uri) { Content = ContentOf(settings, arguments, secrets) };
        foreach (var (name, template) in settings.Headers)
        {
            if (template.Fill(arguments, secrets) is not { } value)
            {
                continue;
            }

            if (HeaderRules.WhyNotValue(value) is { } why)
            {
                throw new HttpArgumentException($"$: the header '{name}' {why}.");
            }

            HeaderRules.Set(request, name, value);
        }

        return request;
    }

    private static HttpContent? ContentOf(HttpToolSettings settings, JsonElement arguments, IReadOnlyDictionary<string, Secret> secrets)
    {
        if (settings.Json is { } json)
        {
            var content = new StringContent(json.Fill(arguments, secrets)?.ToJsonString(JsonText.Options) ?? "null", Encoding.UTF8);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            return content;
        }

        return settings.Form is { } form ? new FormUrlEncodedContent(form.SelectMany(pair => Pairs(pair, arguments, secrets)))
            : settings.Body is { } body ? new StringContent(
                body.Fill(arguments, secrets) ?? throw new HttpArgumentException("$: the body needs every argument that it names."), Encoding.UTF8, "text/plain")
            : null;
    }

    // A list becomes one pair for each item, a missing argument none.
    private static IEnumerable<KeyValuePair<string, string>> Pairs(
        KeyValuePair<string, HttpTemplate> pair, JsonElement arguments, IReadOnlyDictionary<string, Secret> secrets)
    {
        if (pair.Value.OnlyArgument is { } name && arguments.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array)
        {
            return list.EnumerateArray().Select(HttpTemplate.TextOf).OfType<string>().Select(item => KeyValuePair.Create(pair.Key, item));
        }

        return pair.Value.Fill(arguments, secrets) is { } value ? [KeyValuePair.Create(pair.Key, value)] : [];
    }
}
