using System.Text.Json.Serialization;

namespace Actant.Vault;

/// <summary>What is sent to Vault.</summary>
[JsonSourceGenerationOptions(MaxDepth = JsonLimits.MaxDepth)]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class VaultJson : JsonSerializerContext;
