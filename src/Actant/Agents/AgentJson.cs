using System.Text.Json.Serialization;

namespace Actant.Agents;

[JsonSourceGenerationOptions(MaxDepth = JsonLimits.DecodeDepth)]
[JsonSerializable(typeof(Dictionary<string, long>))]
internal sealed partial class AgentJson : JsonSerializerContext;
