using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;

namespace Actant.HttpTools;

/// <summary>An answer as models read it.</summary>
internal static class HttpRequestOutput
{
    public static JsonElement Of(HttpAnswer answer)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteNumber("status_code", answer.Status);
            writer.WriteString("url", answer.Url);
            WriteHeaders(answer, writer);
            WriteBody(answer, writer);
            writer.WriteNumber("elapsed_ms", (long)answer.Elapsed.TotalMilliseconds);
            writer.WriteEndObject();
        }

        return JsonElement.Parse(buffer.WrittenSpan, JsonLimits.Decoding);
    }

    private static void WriteHeaders(HttpAnswer answer, Utf8JsonWriter writer)
    {
        writer.WriteStartObject("headers");

        // Cookies are sessions: nothing for a conversation that is stored and shown.
        foreach (var header in answer.Headers.Where(static header => header.Key != "set-cookie").DistinctBy(static header => header.Key))
        {
            writer.WriteString(header.Key, header.Value);
        }

        writer.WriteEndObject();
    }

    private static void WriteBody(HttpAnswer answer, Utf8JsonWriter writer)
    {
        // What no reader takes as JSON is told as the text that it is.
        if (answer.ReadJson() is { } json && StorableJson.IsWhole(json))
        {
            writer.WritePropertyName("json");
            json.WriteTo(writer);
        }
        else if (answer.ReadText() is { } text)
        {
            writer.WriteString("body", text);
        }
        else
        {
            writer.WriteStartObject("binary");
            writer.WriteString("content_type", answer.ContentType?.MediaType ?? "application/octet-stream");
            writer.WriteNumber("bytes", answer.Body.Length);
            writer.WriteString("sha256", Convert.ToHexStringLower(SHA256.HashData(answer.Body)));
            writer.WriteEndObject();
        }
    }
}
