using System.Text.Json.Serialization;

namespace Actant.Api;

/// <summary>How views are written.</summary>
[JsonSerializable(typeof(AcceptedView))]
[JsonSerializable(typeof(AgentCheckView))]
[JsonSerializable(typeof(AgentListView))]
[JsonSerializable(typeof(AgentToolsView))]
[JsonSerializable(typeof(AgentView))]
[JsonSerializable(typeof(AuditView))]
[JsonSerializable(typeof(BranchView))]
[JsonSerializable(typeof(DeliveryListView))]
[JsonSerializable(typeof(EmptyView))]
[JsonSerializable(typeof(ErasedView))]
[JsonSerializable(typeof(ExecuteResponse))]
[JsonSerializable(typeof(ExecutionListView))]
[JsonSerializable(typeof(ExecutionView))]
[JsonSerializable(typeof(TestResponse))]
[JsonSerializable(typeof(ThreadListView))]
[JsonSerializable(typeof(ThreadStateView))]
[JsonSerializable(typeof(ThreadSummary))]
[JsonSerializable(typeof(ThreadUsageView))]
[JsonSerializable(typeof(TokenListView))]
[JsonSerializable(typeof(TokenView))]
[JsonSerializable(typeof(UsageView))]
internal sealed partial class ApiJson : JsonSerializerContext
{
    public static ApiJson Wire { get; } = new(WireJson.CreateOptions());
}
