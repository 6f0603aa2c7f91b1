using System.Text.Json.Serialization;

namespace Actant.Vault;

[JsonSourceGenerationOptions(MaxDepth = JsonLimits.DecodeDepth)]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class VaultJson : JsonSerializerContext;
