using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Actant.Api;

namespace Actant.DomainActions;

/// <summary>How parts of answers are written.</summary>
[JsonSerializable(typeof(JsonObject))]
internal sealed partial class NodeJson : JsonSerializerContext
{
    public static NodeJson Wire { get; } = new(WireJson.CreateOptions());
}
