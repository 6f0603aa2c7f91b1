using System.Text.Json;
using Actant.Journaling;

namespace Actant.Api;

/// <summary>A finished tool call.</summary>
public sealed record ToolResultView
{
    /// <summary>The tool, as the model named it.</summary>
    public required string ToolName { get; init; }

    /// <summary>The call's id, as the messages name it.</summary>
    public required string CallId { get; init; }

    /// <summary>The arguments as they were sent.</summary>
    public JsonElement? Arguments { get; init; }

    /// <summary>Whether it gave an output.</summary>
    public required bool Success { get; init; }

    /// <summary>The output.</summary>
    public JsonElement? Output { get; init; }

    /// <summary>Why it failed: <c>{success, error, tool_name, code, timestamp}</c>.</summary>
    public JsonElement? Error { get; init; }

    /// <summary>Those of an execution.</summary>
    internal static IReadOnlyList<ToolResultView> Of(ExecutionResult result) =>
        [.. result.ToolResults.Select(call => Of(call, result.Record.EndedAt ?? result.Record.CreatedAt))];

    private static ToolResultView Of(FinishedCall call, DateTimeOffset at) => new()
    {
        ToolName = call.ToolName,
        CallId = call.CallId,
        Arguments = call.Arguments.ValueKind == JsonValueKind.Undefined ? null : call.Arguments,
        Success = call.Success,
        Output = call.Output,
        Error = call.Failure is { } failure ? ToolError.Of(failure, call.ToolName, at).ToJson() : null,
    };
}
