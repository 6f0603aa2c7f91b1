using System.Text.Json;
using System.Text.Json.Serialization;

namespace Actant.Journaling;

/// <summary>A call that a model demands.</summary>
/// <param name="Id">The call's id, given by us and unique for ever; see <see cref="CallIds"/>. In an input, whatever its sender wrote.</param>
/// <param name="Name">The tool's name as the model wrote it.</param>
/// <param name="Arguments">The arguments as the model wrote them, an object; a string if they were no JSON.</param>
public sealed record ToolDemand(string Id, string Name, JsonElement Arguments)
{
    /// <summary>What the vendor calls it: sent back to that vendor, compared with nothing and ordered by nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? VendorId { get; init; }

    /// <summary>What the provider said beside the call, such as a signature of its thought: goes back to it with the call.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? ProviderData { get; init; }

    /// <summary>Fields of a newer format: kept, and written again as they were.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; set; }
}
