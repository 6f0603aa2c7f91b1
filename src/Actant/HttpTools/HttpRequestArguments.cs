using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Actant.HttpTools;

/// <summary>Makes a request of the arguments of <c>http_request</c>, which fit its schema.</summary>
internal static class HttpRequestArguments
{
    /// <exception cref="HttpArgumentException">The arguments make no request.</exception>
    public static HttpRequestMessage ToRequest(JsonElement arguments)
    {
        var method = arguments.TryGetProperty("method", out var named) ? named.GetString()! : "GET";
        var request = new HttpRequestMessage(new HttpMethod(method), UrlOf(arguments)) { Content = ContentOf(arguments) };
        if (arguments.TryGetProperty("headers", out var headers))
        {
            foreach (var header in headers.EnumerateObject())
            {
                var value = header.Value.GetString()!;
                if ((HeaderRules.WhyNotName(header.Name) ?? HeaderRules.WhyNotValue(value)) is { } why)
                {
                    throw new HttpArgumentException($"$.headers: '{Shorten(header.Name)}' {why}.");
                }

                HeaderRules.Set(request, header.Name, value);
            }
        }

        return request;
    }

    private static Uri UrlOf(JsonElement arguments)
    {
        var url = arguments.GetProperty("url").GetString()!;
        if (arguments.TryGetProperty("params", out var parameters) && parameters.EnumerateObject().Any())
        {
            var fragment = url.IndexOf('#', StringComparison.Ordinal);
            url = fragment < 0 ? url : url[..fragment];
            var query = string.Join('&', parameters.EnumerateObject().SelectMany(Pairs));
            url = $"{url}{(url.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{query}";
        }

        // The guard reads the original text; here it only has to be carried there.
        return Uri.TryCreate(url, UriKind.Absolute, out var uri) ? uri
            : throw new HttpArgumentException("$.url: an absolute URL such as https://api.example.com/path is expected.");
    }

    private static IEnumerable<string> Pairs(JsonProperty parameter) =>
        from value in parameter.Value.ValueKind == JsonValueKind.Array ? parameter.Value.EnumerateArray() : (IEnumerable<JsonElement>)[parameter.Value]
        select $"{Uri.EscapeDataString(parameter.Name)}={Uri.EscapeDataString(JsonText.Of(value))}";

    private static HttpContent? ContentOf(JsonElement arguments)
    {
        var hasData = arguments.TryGetProperty("data", out var data);
        if (arguments.TryGetProperty("json", out var json))
        {
            var content = new ByteArrayContent(JsonMarshal.GetRawUtf8Value(json).ToArray());
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            return hasData ? throw new HttpArgumentException("$.data: give either data or json.") : content;
        }

        return !hasData ? null
            : data.ValueKind == JsonValueKind.String ? new StringContent(data.GetString()!, Encoding.UTF8, "text/plain")
            : new FormUrlEncodedContent(data.EnumerateObject().Select(static field => KeyValuePair.Create(field.Name, JsonText.Of(field.Value))));
    }

    private static string Shorten(string name) => name.Length <= 40 ? name : $"{name[..40]}…";
}
