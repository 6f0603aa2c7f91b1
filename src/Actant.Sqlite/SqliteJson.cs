using System.Text.Json.Serialization;

namespace Actant.Sqlite;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Failure))]
internal sealed partial class SqliteJson : JsonSerializerContext;
