using System.Text.Json.Serialization;

namespace Actant.AspNetCore.Peers;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, MaxDepth = JsonLimits.DecodeDepth, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(PeerLine))]
internal sealed partial class PeerJson : JsonSerializerContext;
