using System.Text.Json.Serialization;

namespace Actant;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, MaxDepth = JsonLimits.DecodeDepth)]
[JsonSerializable(typeof(ToolError))]
internal sealed partial class ToolErrorJson : JsonSerializerContext;
