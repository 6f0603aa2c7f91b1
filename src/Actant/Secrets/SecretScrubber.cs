using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Actant.Secrets;

/// <summary>Takes the secrets of one call out of what it gave back: as they are, percent-encoded, and in base64.</summary>
internal sealed class SecretScrubber
{
    private const string Mask = "***";

    // Shorter ones stand in every text by chance.
    private const int Shortest = 4;
    private readonly string[] _forms;

    public SecretScrubber(IEnumerable<Secret> secrets) =>
        _forms = [.. secrets.SelectMany(static secret => FormsOf(secret.Reveal())).Where(static form => form.Length >= Shortest)
            .Distinct(StringComparer.Ordinal).OrderByDescending(static form => form.Length)];

    public string Scrub(string text) => _forms.Aggregate(text, static (left, form) => left.Replace(form, Mask, StringComparison.OrdinalIgnoreCase));

    /// <summary>A value with every text, property name and number scrubbed.</summary>
    public JsonElement Scrub(JsonElement value)
    {
        if (_forms.Length == 0)
        {
            return value;
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(value, writer);
        }

        return JsonElement.Parse(buffer.WrittenSpan, JsonLimits.Decoding);
    }

    private static IEnumerable<string> FormsOf(string value)
    {
        yield return value;
        yield return Uri.EscapeDataString(value);
        yield return value.Replace("\"", "\\\"", StringComparison.Ordinal);
        yield return Convert.ToBase64String(Encoding.UTF8.GetBytes(value)).TrimEnd('=');
    }

    // As deep as the document, which the reader has bounded.
    private void Write(JsonElement value, Utf8JsonWriter writer)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var property in value.EnumerateObject())
                {
                    writer.WritePropertyName(Scrub(property.Name));
                    Write(property.Value, writer);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                {
                    Write(item, writer);
                }

                writer.WriteEndArray();
                break;
            case JsonValueKind.String:
                writer.WriteStringValue(Scrub(value.GetString()!));
                break;
            case JsonValueKind.Number when Scrub(value.GetRawText()) is var scrubbed && scrubbed != value.GetRawText():
                writer.WriteStringValue(scrubbed);
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }
}
