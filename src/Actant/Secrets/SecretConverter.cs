using System.Text.Json;
using System.Text.Json.Serialization;

namespace Actant.Secrets;

/// <summary>Refuses both ways: a secret in JSON is a mistake, whichever way it got there.</summary>
internal sealed class SecretConverter : JsonConverter<Secret>
{
    private const string Message = "A secret is never written as JSON; keep a reference secret://NAME instead.";

    public override Secret Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException(Message);

    public override void Write(Utf8JsonWriter writer, Secret value, JsonSerializerOptions options) => throw new NotSupportedException(Message);
}
