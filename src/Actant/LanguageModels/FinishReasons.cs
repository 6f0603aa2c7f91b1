using System.Collections.Frozen;

namespace Actant.LanguageModels;

/// <summary>Why answers end: the words that are stored and shown, whatever a vendor calls it.</summary>
public static class FinishReasons
{
    /// <summary>The model had said all.</summary>
    public const string Stop = "stop";

    /// <summary>The model wants its calls made.</summary>
    public const string ToolCalls = "tool_calls";

    /// <summary>Cut off: the bound on the answer, or the model's own, was reached.</summary>
    public const string Length = "length";

    /// <summary>Cut off: the vendor's filter took something out.</summary>
    public const string ContentFilter = "content_filter";

    /// <summary>The model declined, or the vendor in its name.</summary>
    public const string Refusal = "refusal";

    /// <summary>The vendor gave a reason that is none of these.</summary>
    public const string Other = "other";

    private static readonly FrozenDictionary<string, string> s_words = new Dictionary<string, string>
    {
        [Stop] = Stop,
        ["end_turn"] = Stop,
        ["stop_sequence"] = Stop,
        ["eos"] = Stop,
        ["eos_token"] = Stop,
        ["end"] = Stop,
        ["complete"] = Stop,
        ["completed"] = Stop,
        ["finished"] = Stop,
        [ToolCalls] = ToolCalls,
        ["tool_call"] = ToolCalls,
        ["tool_use"] = ToolCalls,
        ["function_call"] = ToolCalls,
        [Length] = Length,
        ["max_tokens"] = Length,
        ["max_output_tokens"] = Length,
        ["max_length"] = Length,
        ["model_length"] = Length,
        ["model_context_window_exceeded"] = Length,
        [ContentFilter] = ContentFilter,
        ["content-filter"] = ContentFilter,
        ["content_filtered"] = ContentFilter,
        ["guardrail_intervened"] = ContentFilter,
        ["safety"] = ContentFilter,
        ["recitation"] = ContentFilter,
        ["blocklist"] = ContentFilter,
        ["prohibited_content"] = ContentFilter,
        ["spii"] = ContentFilter,
        [Refusal] = Refusal,
        ["refused"] = Refusal,
        [Other] = Other,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>Our word for a vendor's; <c>null</c> where it gave none.</summary>
    public static string? Of(string? said) => string.IsNullOrWhiteSpace(said) ? null : s_words.GetValueOrDefault(said.Trim(), Other);

    /// <summary>Whether an answer that ended so is not all that the model had to say: calls in it may be half a call, and are not made.</summary>
    public static bool IsCut(string? reason) => reason is Length or ContentFilter or Refusal;

    /// <summary>Which of two reasons of one answer holds: the later, but what was cut stays cut, whatever is said after it.</summary>
    internal static string? Stricter(string? before, string? after) => after is null || Rank(before) > Rank(after) ? before : after;

    private static int Rank(string? reason) => reason switch
    {
        Refusal => 3,
        ContentFilter => 2,
        Length => 1,
        _ => 0,
    };
}
