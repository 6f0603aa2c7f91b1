using System.Text.Json;
using Actant.Tools;

namespace Actant.Tests.Tools;

/// <summary>What a user's own tool looks like.</summary>
public sealed class TemperatureTool : Tool
{
    public override string Name => "to_celsius";
    public override string Description => "Converts Fahrenheit to Celsius.";
    public override ToolClass Class => ToolClass.Pure;
    public override JsonElement Parameters { get; } = JsonElement.Parse(
        """{"type": "object", "properties": {"f": {"type": "number"}}, "required": ["f"], "additionalProperties": false}""");
    public override ValueTask<ToolResult> InvokeAsync(ToolCall call, CancellationToken cancellationToken) =>
        ValueTask.FromResult(ToolResult.Succeeded($"{(call.Arguments.GetProperty("f").GetDouble() - 32) / 1.8:0.#} °C"));
}
