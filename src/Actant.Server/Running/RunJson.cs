using System.Text.Json;
using System.Text.Json.Serialization;

namespace Actant.Server.Running;

[JsonSourceGenerationOptions(MaxDepth = JsonLimits.DecodeDepth)]
[JsonSerializable(typeof(string))]
internal sealed partial class RunJson : JsonSerializerContext
{
    public static JsonElement Text(string text) => JsonSerializer.SerializeToElement(text, Default.String);
}
