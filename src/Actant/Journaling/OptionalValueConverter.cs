using System.Text.Json;
using System.Text.Json.Serialization;

namespace Actant.Journaling;

/// <summary>
/// A JSON value that may be absent: <c>null</c> is a value like any other and is read as one. Otherwise a tool that gave <c>null</c> would have
/// given nothing as soon as its entry is read again.
/// </summary>
internal sealed class OptionalValueConverter : JsonConverter<JsonElement?>
{
    /// <inheritdoc />
    public override bool HandleNull => true;

    /// <inheritdoc />
    public override JsonElement? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => JsonElement.ParseValue(ref reader);

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, JsonElement? value, JsonSerializerOptions options)
    {
        if (value is { ValueKind: not JsonValueKind.Undefined } present)
        {
            present.WriteTo(writer);
        }
        else
        {
            writer.WriteNullValue();
        }
    }
}
