using System.Text.Json.Serialization;

namespace Actant.Access;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, MaxDepth = JsonLimits.DecodeDepth, UseStringEnumConverter = true)]
[JsonSerializable(typeof(StoredApiKey))]
internal sealed partial class AccessJson : JsonSerializerContext;
