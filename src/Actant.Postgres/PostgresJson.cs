using System.Text.Json.Serialization;

namespace Actant.Postgres;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, MaxDepth = JsonLimits.DecodeDepth)]
[JsonSerializable(typeof(Failure))]
[JsonSerializable(typeof(WakeupMessage))]
internal sealed partial class PostgresJson : JsonSerializerContext;
