using System.Text.Json.Serialization;

namespace Actant.Sqlite;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, MaxDepth = JsonLimits.DecodeDepth)]
[JsonSerializable(typeof(Failure))]
internal sealed partial class SqliteJson : JsonSerializerContext;
