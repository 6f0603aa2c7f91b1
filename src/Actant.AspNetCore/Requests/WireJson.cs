using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Actant.Api;
using Actant.AspNetCore.Access;
using Actant.AspNetCore.Agents;
using Actant.AspNetCore.Deliveries;
using Actant.AspNetCore.Executions;
using Actant.AspNetCore.Health;
using Actant.AspNetCore.Metering;
using Actant.AspNetCore.Problems;
using Actant.AspNetCore.Threads;

namespace Actant.AspNetCore.Requests;

/// <summary>How answers are written.</summary>
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(ExecuteResponse))]
[JsonSerializable(typeof(TestResponse))]
[JsonSerializable(typeof(AcceptedView))]
[JsonSerializable(typeof(ExecutionView))]
[JsonSerializable(typeof(ExecutionListView))]
[JsonSerializable(typeof(ThreadSummary))]
[JsonSerializable(typeof(ThreadListView))]
[JsonSerializable(typeof(ThreadStateView))]
[JsonSerializable(typeof(BranchView))]
[JsonSerializable(typeof(ErasedView))]
[JsonSerializable(typeof(AgentView))]
[JsonSerializable(typeof(AgentListView))]
[JsonSerializable(typeof(AgentToolsView))]
[JsonSerializable(typeof(AgentCheckView))]
[JsonSerializable(typeof(AuditView))]
[JsonSerializable(typeof(DeliveryListView))]
[JsonSerializable(typeof(UsageView))]
[JsonSerializable(typeof(ThreadUsageView))]
[JsonSerializable(typeof(TokenView))]
[JsonSerializable(typeof(TokenListView))]
[JsonSerializable(typeof(HealthView))]
internal sealed partial class WireJson : JsonSerializerContext
{
    /// <summary>The context whose texts stay readable: answers are JSON documents, never parts of a page.</summary>
    public static WireJson Wire { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        MaxDepth = JsonLimits.DecodeDepth,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new UtcTimeConverter() },
    });
}
