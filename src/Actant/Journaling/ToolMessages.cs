using System.Text.Json;

namespace Actant.Journaling;

/// <summary>What a model sees of a finished call.</summary>
internal static class ToolMessages
{
    /// <summary>The result as a message: the output's text or parts, or the failure in the form of row T8.</summary>
    public static Message Of(ToolFinished finished, DateTimeOffset at) => new()
    {
        Role = Roles.Tool,
        ToolCallId = finished.CallId,
        Content = finished switch
        {
            { Failure: { } failure } => Text(JsonText.Of(ToolError.Of(failure, finished.Tool, at).ToJson())),
            { Output: { ValueKind: JsonValueKind.Array } parts, HasParts: true } => parts,
            { Output: { ValueKind: JsonValueKind.String } text } => text,
            { Output: { } output } => Text(JsonText.Of(output)),
            _ => Text("null"),
        },
    };

    private static JsonElement Text(string text) => JsonSerializer.SerializeToElement(text, JournalJson.Default.String);
}
