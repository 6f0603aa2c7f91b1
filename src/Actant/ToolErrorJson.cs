using System.Text.Json.Serialization;

namespace Actant;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, MaxDepth = JsonLimits.DecodeDepth, Converters = [typeof(UtcTimeConverter)])]
[JsonSerializable(typeof(ToolError))]
internal sealed partial class ToolErrorJson : JsonSerializerContext;
