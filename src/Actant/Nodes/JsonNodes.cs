using System.Text.Json;
using System.Text.Json.Nodes;

namespace Actant.Nodes;

internal static class JsonNodes
{
    /// <summary>An element of its own with the node's value.</summary>
    public static JsonElement ToElement(this JsonNode node) => JsonElement.Parse(node.ToJsonString(), JsonLimits.Decoding);
}
