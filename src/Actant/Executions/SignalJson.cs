using System.Text.Json.Serialization;

namespace Actant.Executions;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(CancelRequest))]
[JsonSerializable(typeof(Decision))]
[JsonSerializable(typeof(InputSignal))]
[JsonSerializable(typeof(StopRequest))]
[JsonSerializable(typeof(StateChange))]
internal sealed partial class SignalJson : JsonSerializerContext;
