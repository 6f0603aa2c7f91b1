using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Actant.Journaling;

/// <summary>One message of a conversation, as it is stored once and for ever.</summary>
public sealed record Message
{
    /// <summary>Unique in its thread.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Id { get; init; }

    /// <summary><c>system</c>, <c>user</c>, <c>assistant</c> or <c>tool</c>.</summary>
    public required string Role { get; init; }

    /// <summary>Who spoke: the node's name for answers.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Name { get; init; }

    /// <summary>A text, or a list of typed parts (see <see cref="MessageParts"/>).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonElement Content { get; init; }

    /// <summary>
    /// Answers: what they hold beside their text and calls, as typed parts: <c>reasoning</c> with its <c>signature</c>, <c>media</c>,
    /// <c>citation</c>, <c>provider_data</c>.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<JsonElement>? Parts { get; init; }

    /// <summary>Answers: whose parts and ids of calls these are. Only this provider is given them again.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Provider { get; init; }

    /// <summary>Answers: the calls that the model demands.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ToolDemand>? ToolCalls { get; init; }

    /// <summary>Tool results: the call they answer.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ToolCallId { get; init; }

    /// <summary>The text of the content; parts that are no text are left out.</summary>
    [JsonIgnore]
    public string Text => Content.ValueKind switch
    {
        JsonValueKind.String => Content.GetString()!,
        JsonValueKind.Array => string.Concat(Content.EnumerateArray()
            .Where(part => part.ValueKind == JsonValueKind.Object && part.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String)
            .Select(part => part.GetProperty("text").GetString())),
        _ => "",
    };

    /// <summary>The characters of <see cref="Text"/>, which is not made for it where it need not.</summary>
    [JsonIgnore]
    internal int TextLength => Content.ValueKind == JsonValueKind.String && JsonMarshal.GetRawUtf8Value(Content) is var raw && !raw.Contains((byte)'\\')
        ? Encoding.UTF8.GetCharCount(raw) - 2
        : Text.Length;

    /// <summary>A message of plain text.</summary>
    public static Message OfText(string role, string text, string? id = null, string? name = null) =>
        new() { Id = id, Role = role, Name = name, Content = JsonSerializer.SerializeToElement(text, JournalJson.Default.String) };

    /// <summary>Fields of a newer format: kept, and written again as they were.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; set; }
}
