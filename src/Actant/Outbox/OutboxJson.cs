using System.Text.Json.Serialization;

namespace Actant.Outbox;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, MaxDepth = JsonLimits.DecodeDepth)]
[JsonSerializable(typeof(DeliveryNote))]
internal sealed partial class OutboxJson : JsonSerializerContext;
