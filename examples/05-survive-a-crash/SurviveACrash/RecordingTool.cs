using System.Text.Json;
using Actant.Tools;

namespace Actant.Examples.SurviveACrash;

/// <summary>A tool that takes its time and leaves a trace in the <see cref="CallFile"/>; there is one of each class.</summary>
internal sealed class RecordingTool(ToolClass toolClass, CallFile calls, TimeProvider time) : Tool
{
    private static readonly TimeSpan s_duration = TimeSpan.FromMilliseconds(80);

    private static readonly JsonElement s_parameters = JsonElement.Parse(
        """{"type":"object","properties":{"step":{"type":"integer"}},"required":["step"],"additionalProperties":false}""");

    private string Word { get; } = toolClass.ToString().ToLowerInvariant();

    /// <inheritdoc />
    public override string Name => $"record_{Word}";

    /// <inheritdoc />
    public override string Description => "Records that it was called.";

    /// <inheritdoc />
    public override JsonElement Parameters => s_parameters;

    /// <inheritdoc />
    public override ToolClass Class => toolClass;

    /// <inheritdoc />
    public override async ValueTask<ToolResult> InvokeAsync(ToolCall call, CancellationToken cancellationToken)
    {
        calls.Append(call.CallId, call.Attempt, Word, "begin");
        await Task.Delay(s_duration, time, cancellationToken);
        calls.Append(call.CallId, call.Attempt, Word, "end");
        return ToolResult.Succeeded($"Step {call.Arguments.GetProperty("step").GetInt32()} is recorded.");
    }
}
