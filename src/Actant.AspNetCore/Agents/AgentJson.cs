using System.Text.Json.Serialization;
using Actant.AspNetCore.Answers;

namespace Actant.AspNetCore.Agents;

/// <summary>Answers about agents.</summary>
[JsonSerializable(typeof(AgentView))]
[JsonSerializable(typeof(AgentListView))]
[JsonSerializable(typeof(AgentToolsView))]
[JsonSerializable(typeof(AgentCheckView))]
internal sealed partial class AgentJson : JsonSerializerContext
{
    public static AgentJson Wire { get; } = new(WireJson.CreateOptions());
}
