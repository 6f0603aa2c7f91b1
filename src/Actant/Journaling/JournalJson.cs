using System.Text.Json;
using System.Text.Json.Serialization;

namespace Actant.Journaling;

/// <summary>How journal entries are written. What is written once is read for ever: see the golden files in the tests.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, MaxDepth = JsonLimits.DecodeDepth)]
[JsonSerializable(typeof(Taken))]
[JsonSerializable(typeof(InputReceived))]
[JsonSerializable(typeof(ExecutionStarted))]
[JsonSerializable(typeof(ModelAnswered))]
[JsonSerializable(typeof(ToolStarted))]
[JsonSerializable(typeof(ToolFinished))]
[JsonSerializable(typeof(AttemptFailed))]
[JsonSerializable(typeof(NodeStarted))]
[JsonSerializable(typeof(ScopeClosing))]
[JsonSerializable(typeof(CallReported))]
[JsonSerializable(typeof(NodeFinished))]
[JsonSerializable(typeof(Interrupted))]
[JsonSerializable(typeof(Resumed))]
[JsonSerializable(typeof(StateUpdated))]
[JsonSerializable(typeof(ExecutionCompleted))]
[JsonSerializable(typeof(ExecutionFailed))]
[JsonSerializable(typeof(ExecutionCancelled))]
[JsonSerializable(typeof(ExecutionTimedOut))]
[JsonSerializable(typeof(Rewound))]
[JsonSerializable(typeof(Forked))]
[JsonSerializable(typeof(ChildStarted))]
[JsonSerializable(typeof(ChildEnded))]
[JsonSerializable(typeof(Erased))]
[JsonSerializable(typeof(IReadOnlyList<Message>))]
[JsonSerializable(typeof(Interrupt))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(System.Text.Json.Nodes.JsonObject))]
[JsonSerializable(typeof(List<JsonElement>))]
[JsonSerializable(typeof(JournalState))]
internal sealed partial class JournalJson : JsonSerializerContext;
