using System.Text.Json;
using System.Text.Json.Serialization;

namespace Actant;

/// <summary>
/// A failed call as the model, the API and streams see it:
/// <c>{"success": false, "error": …, "tool_name": …, "code": …, "timestamp": …}</c>.
/// </summary>
/// <param name="Error">What went wrong and what would help.</param>
/// <param name="ToolName">The tool's name as it was called.</param>
/// <param name="Code">One of <see cref="Tools.ToolErrors"/>, or the tool's own.</param>
/// <param name="Timestamp">When the call ended.</param>
internal sealed record ToolError(string Error, string ToolName, string Code, DateTimeOffset Timestamp)
{
    /// <summary>Always <c>false</c>: what tells it from an output.</summary>
    [JsonPropertyOrder(-1)]
    public bool Success { get; }

    /// <summary>The error of a failure.</summary>
    public static ToolError Of(Failure failure, string toolName, DateTimeOffset at) => new(failure.Message, toolName, failure.Code, at);

    /// <summary>The JSON form.</summary>
    public JsonElement ToJson() => JsonSerializer.SerializeToElement(this, ToolErrorJson.Default.ToolError);
}
