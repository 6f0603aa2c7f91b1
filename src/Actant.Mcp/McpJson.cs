using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Actant.Mcp;

[JsonSourceGenerationOptions(MaxDepth = JsonLimits.DecodeDepth)]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(JsonNode))]
internal sealed partial class McpJson : JsonSerializerContext;
