using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Actant.HttpTools;

/// <summary>An answer, read to its end.</summary>
internal sealed record HttpAnswer
{
    public required int Status { get; init; }

    public required string Url { get; init; }

    /// <summary>Whether a redirect led to it: its status says nothing of the request that was made first.</summary>
    public bool IsElsewhere { get; init; }

    public required IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; }

    public required MediaTypeHeaderValue? ContentType { get; init; }

    public required byte[] Body { get; init; }

    public required TimeSpan Elapsed { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>The body as JSON, if it says that it is and is.</summary>
    public JsonElement? ReadJson()
    {
        if (ContentType?.MediaType is not { } type
            || !(type.Equals("application/json", StringComparison.OrdinalIgnoreCase) || type.EndsWith("+json", StringComparison.OrdinalIgnoreCase)))
        {
            return null;
        }

        try
        {
            // Some services put a byte order mark before what they call JSON.
            return JsonElement.Parse(Body.AsSpan(Body.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0), JsonLimits.Decoding);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The body as text, unless it is binary.</summary>
    public string? ReadText()
    {
        if (Body.Length == 0)
        {
            return "";
        }

        var type = ContentType?.MediaType?.ToLowerInvariant() ?? "";
        var isText = type.StartsWith("text/", StringComparison.Ordinal) || type.EndsWith("+xml", StringComparison.Ordinal) || type.EndsWith("json", StringComparison.Ordinal)
            || type is "application/xml" or "application/javascript" or "application/x-www-form-urlencoded" or "application/yaml";
        try
        {
            return isText && ContentType?.CharSet is { Length: > 0 } name ? Encoding.GetEncoding(name.Trim('"')).GetString(Body)
                : isText ? Encoding.UTF8.GetString(Body)
                : type.Length == 0 ? new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Body)
                : null;
        }
        catch (Exception exception) when (exception is DecoderFallbackException or ArgumentException or NotSupportedException)
        {
            return null;
        }
    }
}
