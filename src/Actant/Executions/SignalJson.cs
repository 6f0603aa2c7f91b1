using System.Text.Json;
using System.Text.Json.Serialization;

namespace Actant.Executions;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(CancelRequest))]
[JsonSerializable(typeof(Decision))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class SignalJson : JsonSerializerContext;
