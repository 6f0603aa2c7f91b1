using System.Text.Json.Serialization;
using Actant.Journaling;

namespace Actant.Signals;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, MaxDepth = JsonLimits.DecodeDepth)]
[JsonSerializable(typeof(CancelRequest))]
[JsonSerializable(typeof(ChildEnded))]
[JsonSerializable(typeof(Decision))]
[JsonSerializable(typeof(InputSignal))]
[JsonSerializable(typeof(LateReport))]
[JsonSerializable(typeof(StopRequest))]
[JsonSerializable(typeof(StateChange))]
internal sealed partial class SignalJson : JsonSerializerContext;
