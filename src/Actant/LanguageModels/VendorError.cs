using System.Globalization;
using System.Text.Json;
using Actant.Journaling;

namespace Actant.LanguageModels;

/// <summary>What a vendor says of an error, in any of the shapes that are in use.</summary>
/// <param name="Type">The error's type, such as <c>rate_limit_error</c>; empty if it says none.</param>
/// <param name="Code">The error's code, such as <c>insufficient_quota</c>, or a number; empty if it says none.</param>
/// <param name="Message">The reason for people.</param>
/// <param name="IsPage">Whether it is a web page: it comes from something that stands before the vendor.</param>
internal sealed record VendorError(string Type, string Code, string Message, bool IsPage = false)
{
    private static readonly string[] s_messages = ["message", "msg", "error_message", "error_msg", "detail", "details", "error_description", "reason"];

    private static readonly string[] s_types = ["type", "status", "__type"];

    private static readonly string[] s_contextLength =
    [
        "maximum context length", "context window", "context length", "context limit", "context size", "prompt is too long", "prompt too long",
        "reduce the length", "maximum model length", "maximum prompt length", "maximum number of tokens allowed", "input is too long",
        "too many input tokens", "input length should be", "tokens in the prompt cannot exceed", "`max_new_tokens` must be",
    ];

    private static readonly string[] s_quotaCodes =
    [
        "insufficient_quota", "billing_error", "billing_hard_limit_reached", "exceeded_current_quota_error", "insufficient_balance",
        "insufficient_credits", "insufficient_user_quota", "payment_required", "arrearage", "1113",
    ];

    private static readonly string[] s_quota =
    [
        "insufficient balance", "insufficient account balance", "insufficient credits", "insufficient funds", "credit balance", "any credits",
        "no credits", "out of credits", "more credits", "enough credits", "purchase credits", "add credits", "spending limit", "billing hard limit",
        "account is in good standing", "recharge",
    ];

    private static readonly string[] s_access = ["key", "token", "credential", "permission", "authoriz", "authent", "access"];

    /// <summary>Whether the account has nothing left, so that waiting does not help.</summary>
    public bool IsQuota => Is(s_quotaCodes) || Says(s_quota);

    /// <summary>Whether the conversation is too long. Not all vendors have a code for it.</summary>
    public bool IsContextLength => Is("context_length_exceeded", "exceed_context_size_error") || Says(s_contextLength);

    /// <summary>Whether it is about whoever asks, and not about what is asked or from where: a refusal without a word is.</summary>
    public bool IsAboutKey => !IsPage && (Message.Length == 0
        || Is("invalid_api_key", "authentication_error", "permission_error", "permission_denied", "unauthenticated")
        || (!Is("unsupported_country_region_territory", "request_forbidden") && Says(s_access)));

    /// <summary>
    /// The status that it would have had by itself, for errors that come with none: in the middle of a stream, or under a status that says all
    /// is well. What nothing tells, the vendor has to answer for.
    /// </summary>
    public int Status =>
        int.TryParse(Code, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 400 and < 600 ? number
        : Is("rate_limit_error", "rate_limit_exceeded", "too_many_requests", "resource_exhausted", "throttlingexception") ? 429
        : Is("authentication_error", "invalid_api_key", "unauthenticated") ? 401
        : Is("permission_error", "permission_denied", "request_forbidden", "unsupported_country_region_territory") ? 403
        : IsQuota ? 402
        : Is("request_too_large") ? 413
        : IsContextLength || Is(
            "invalid_request_error", "not_found_error", "badrequesterror", "invalid_argument", "validationexception", "notfounderror",
            "unsupported_value", "model_not_found", "failed_precondition") ? 400
        : 500;

    /// <summary>
    /// Reads <c>{"error": {…}}</c>, <c>{"error": "…"}</c>, <c>{"errors": […]}</c>, a list of such, <c>{"message": …}</c> and its other names, or takes
    /// the text as it is.
    /// </summary>
    public static VendorError Read(string body)
    {
        try
        {
            return Read(JsonElement.Parse(body, JsonLimits.Decoding));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            var text = body.AsSpan().TrimStart(" \t\r\n\uFEFF");
            return text.StartsWith("<") ? OfPage(text) : new VendorError("", "", body);
        }
    }

    /// <summary>Reads one that is JSON.</summary>
    public static VendorError Read(JsonElement body)
    {
        var whole = FirstOf(body);
        var error = (whole.Member("error") ?? whole.Member("errors")) is { } inner ? FirstOf(inner) : whole;
        var type = s_types.Select(name => Text(error, name)).FirstOrDefault(static text => text.Length > 0) ?? "";
        return error.ValueKind == JsonValueKind.String
            ? new VendorError(Text(whole, "type"), Text(whole, "code"), error.GetString()!)
            : new VendorError(type, Text(error, "code"), MessageOf(error) is { Length: > 0 } message ? message : MessageOf(whole));
    }

    private static string MessageOf(JsonElement error)
    {
        var message = s_messages.Select(name => Text(error, name)).FirstOrDefault(static text => text.Length > 0) ?? "";

        // Whoever passes calls on to others puts their words beside its own.
        return error.Member("metadata")?.Said("raw") is { } raw ? $"{message} ({raw})" : message;
    }

    private static VendorError OfPage(ReadOnlySpan<char> page)
    {
        var start = page.IndexOf("<title>", StringComparison.OrdinalIgnoreCase);
        var rest = start < 0 ? [] : page[(start + "<title>".Length)..];
        var end = rest.IndexOf('<');
        var title = end > 0 ? $" (“{rest[..end].Trim()}”)" : "";
        return new VendorError("", "", $"A web page came{title}, not an answer of the interface: something stands in between, or the address is another's.", IsPage: true);
    }

    private bool Is(params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (word.Equals(Type, StringComparison.OrdinalIgnoreCase) || word.Equals(Code, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private bool Says(string[] words) => Array.Exists(words, word => Message.Contains(word, StringComparison.OrdinalIgnoreCase));

    private static JsonElement FirstOf(JsonElement value) => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0 ? value[0] : value;

    private static string Text(JsonElement value, string name) => value.Member(name) switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        { ValueKind: JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.Number } other => other.GetRawText(),
        _ => "",
    };
}
