using System.Text.Json;
using Actant.Journaling;

namespace Actant.Nodes;

/// <summary>A sub-agent that is offered as a tool: a specialist of an orchestrator, or another agent.</summary>
internal sealed class Delegate(string toolName, string description, GraphProgram graph, bool requiresApproval = false, bool needsPermission = false)
{
    /// <summary>The schema of every delegation: one task in words.</summary>
    public static JsonElement Parameters { get; } = JsonElement.Parse(
        """{"type":"object","properties":{"task":{"type":"string","description":"What to do, with everything needed to do it: the other agent sees nothing else."}},"required":["task"]}""");

    /// <summary>How models name it.</summary>
    public string ToolName { get; } = toolName;

    /// <summary>What models are told.</summary>
    public string Description { get; } = description;

    /// <summary>The scope that a call of it runs in.</summary>
    public NestedScope Open(ActivationView view, CallState call) => new(
        ScopePath.OfCall(view.Path, view.Name, call.Id), graph, arguments => Input(view, call, arguments), call.Id, requiresApproval, needsPermission);

    /// <summary>The task, of arguments that fit.</summary>
    public static string? TaskOf(JsonElement arguments) =>
        arguments.ValueKind == JsonValueKind.Object && arguments.TryGetProperty("task", out var task) && task.ValueKind == JsonValueKind.String ? task.GetString() : null;

    private static InputReceived Input(ActivationView view, CallState call, JsonElement arguments)
    {
        // Models do not always keep to the schema.
        var task = TaskOf(arguments) ?? JsonText.Of(arguments);

        // A tool node's call stands nowhere yet.
        return Inputs.OfText(task) with { Call = view.State.Calls.Contains(call) ? null : new ToolDemand(call.Id, call.Tool, arguments) };
    }
}
