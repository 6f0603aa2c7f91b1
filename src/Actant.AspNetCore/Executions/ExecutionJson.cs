using System.Text.Json.Serialization;
using Actant.Api;
using Actant.AspNetCore.Answers;

namespace Actant.AspNetCore.Executions;

/// <summary>Answers about executions.</summary>
[JsonSerializable(typeof(ExecuteResponse))]
[JsonSerializable(typeof(TestResponse))]
[JsonSerializable(typeof(AcceptedView))]
[JsonSerializable(typeof(ExecutionView))]
[JsonSerializable(typeof(ExecutionListView))]
[JsonSerializable(typeof(AuditView))]
internal sealed partial class ExecutionJson : JsonSerializerContext
{
    public static ExecutionJson Wire { get; } = new(WireJson.CreateOptions());
}
