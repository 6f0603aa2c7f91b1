using System.Text.Json.Serialization;

namespace Actant.Agents;

[JsonSerializable(typeof(Dictionary<string, long>))]
internal sealed partial class AgentJson : JsonSerializerContext;
