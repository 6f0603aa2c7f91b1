using System.Text.Json;

namespace Actant.LanguageModels;

/// <summary>What a vendor says of an error, in any of the shapes that are in use.</summary>
/// <param name="Type">The error's type, such as <c>rate_limit_error</c>; empty if it says none.</param>
/// <param name="Code">The error's code, such as <c>insufficient_quota</c>; empty if it says none.</param>
/// <param name="Message">The reason for people.</param>
internal sealed record VendorError(string Type, string Code, string Message)
{
    private static readonly string[] s_contextLength =
        ["maximum context length", "context window", "context length", "context limit", "prompt is too long", "reduce the length"];

    /// <summary>Whether the account has nothing left, so that waiting does not help.</summary>
    public bool IsQuota => Type is "insufficient_quota" or "billing_error" || Code is "insufficient_quota" or "billing_hard_limit_reached";

    /// <summary>Whether the conversation is too long. Not all vendors have a code for it.</summary>
    public bool IsContextLength => Code == "context_length_exceeded"
        || s_contextLength.Any(words => Message.Contains(words, StringComparison.OrdinalIgnoreCase));

    /// <summary>Reads <c>{"error": {…}}</c>, <c>{"error": "…"}</c>, <c>{"message": …}</c>, <c>{"detail": …}</c>, or takes the text as it is.</summary>
    public static VendorError Read(string body)
    {
        try
        {
            var whole = JsonElement.Parse(body, JsonLimits.Decoding);
            var error = Member(whole, "error") ?? whole;
            return error.ValueKind == JsonValueKind.String
                ? new VendorError("", "", error.GetString()!)
                : new VendorError(Text(error, "type"), Text(error, "code"), Text(error, "message") is { Length: > 0 } message ? message : Text(error, "detail"));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // A page of a proxy says nothing to anybody; a line of text may.
            return new VendorError("", "", body.StartsWith('<') ? "" : body);
        }
    }

    private static string Text(JsonElement value, string name) => Member(value, name) switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        { ValueKind: JsonValueKind.Object or JsonValueKind.Array } other => other.GetRawText(),
        _ => "",
    };

    private static JsonElement? Member(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member) ? member : null;
}
