using System.Text.Json;
using System.Text.Json.Serialization;

namespace Actant.HttpTools;

[JsonSourceGenerationOptions(MaxDepth = JsonLimits.DecodeDepth)]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(List<string>))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class HttpToolJson : JsonSerializerContext;
