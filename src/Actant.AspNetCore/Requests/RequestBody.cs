using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using Actant.AspNetCore.Problems;
using Microsoft.AspNetCore.Http;

namespace Actant.AspNetCore.Requests;

/// <summary>Reads the JSON object of a request, within bounds, and refuses everything that could hurt later.</summary>
internal static class RequestBody
{
    // How deep the values in it may be is for those to judge who take them.
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = JsonLimits.DecodeDepth, AllowDuplicateProperties = false };

    /// <summary>The fields of the body; none for an absent body where that is allowed.</summary>
    /// <exception cref="ProblemException">The body is too large, not JSON, no object, too deep, or not well-formed Unicode.</exception>
    public static async Task<RequestFields> ReadAsync(HttpContext context, bool optional = false) =>
        await ReadOrNothingAsync(context, optional) is { } body ? new RequestFields(body) : RequestFields.Empty();

    /// <summary>The body as it is.</summary>
    /// <exception cref="ProblemException">As above.</exception>
    public static async Task<JsonElement> ReadObjectAsync(HttpContext context) => (await ReadOrNothingAsync(context, optional: false))!.Value;

    private static async Task<JsonElement?> ReadOrNothingAsync(HttpContext context, bool optional)
    {
        if (context.Request.ContentLength > RequestLimits.BodyBytes)
        {
            throw TooLarge();
        }

        var bytes = await ReadBytesAsync(context);
        if (bytes.Length == 0 && optional)
        {
            return null;
        }

        if (bytes.Length > 0 && !IsJson(context.Request.ContentType))
        {
            throw new ProblemException(ProblemCodes.UnsupportedMediaType, "Send application/json.");
        }

        var body = Parse(bytes);
        return body.ValueKind == JsonValueKind.Object
            ? body
            : throw Malformed("$", "An object is expected.");
    }

    private static async Task<byte[]> ReadBytesAsync(HttpContext context)
    {
        var reader = context.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(context.RequestAborted);
            if (read.Buffer.Length > RequestLimits.BodyBytes)
            {
                reader.AdvanceTo(read.Buffer.End);
                throw TooLarge();
            }

            if (read.IsCompleted)
            {
                var bytes = read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End);
                return bytes;
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static JsonElement Parse(byte[] bytes)
    {
        if (!Utf8.IsValid(bytes))
        {
            throw Malformed("$", "The body is not UTF-8.");
        }

        try
        {
            var body = JsonElement.Parse(bytes, Options);
            if (bytes.AsSpan().IndexOf("\\u"u8) >= 0)
            {
                CheckTexts(body, "$");
            }

            return body;
        }
        catch (InvalidOperationException)
        {
            // The parser compares names to find duplicates, and cannot read this one.
            throw Malformed("$", "A field's name has half a surrogate pair.");
        }
        catch (JsonException exception)
        {
            throw Malformed(exception.Path ?? "$", exception.LineNumber is { } line ? $"Line {line + 1}, byte {exception.BytePositionInLine + 1}: {Reason(exception)}" : Reason(exception));
        }
    }

    // Escapes can spell half a surrogate pair, which no later reader could take. The depth is bounded by the parser.
    private static void CheckTexts(JsonElement element, string path)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                {
                    var name = TextOf(() => property.Name, path);
                    CheckTexts(property.Value, $"{path}.{name}");
                }

                break;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var item in element.EnumerateArray())
                {
                    CheckTexts(item, $"{path}[{index++}]");
                }

                break;
            case JsonValueKind.String:
                TextOf(() => element.GetString()!, path);
                break;
        }
    }

    private static string TextOf(Func<string> read, string path)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException)
        {
            throw Malformed(path, "The text has half a surrogate pair.");
        }
    }

    private static bool IsJson(string? contentType)
    {
        var media = contentType.AsSpan();
        var end = media.IndexOf(';');
        media = (end < 0 ? media : media[..end]).Trim();
        return media.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || (media.StartsWith("application/", StringComparison.OrdinalIgnoreCase) && media.EndsWith("+json", StringComparison.OrdinalIgnoreCase));
    }

    private static string Reason(JsonException exception)
    {
        var end = exception.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return end < 0 ? exception.Message : exception.Message[..end];
    }

    private static ProblemException TooLarge() =>
        new(ProblemCodes.PayloadTooLarge, $"At most {RequestLimits.BodyBytes} bytes are read.");

    private static ProblemException Malformed(string path, string message) =>
        new(new Refusal(ProblemCodes.InvalidJson, message, [new DefinitionProblem(path, ProblemCodes.InvalidJson, message)]));
}
