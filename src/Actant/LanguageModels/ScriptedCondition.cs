using Actant.Expressions.Patterns;

namespace Actant.LanguageModels;

/// <summary>When a rule answers: all that is given must hold.</summary>
internal sealed record ScriptedCondition
{
    public static ScriptedCondition Always { get; } = new();

    /// <summary>A text in the last user message, whatever its case.</summary>
    public string? Contains { get; init; }

    /// <summary>A pattern in the last user message.</summary>
    public Pattern? Matches { get; init; }

    /// <summary>A text in the system prompt, whatever its case.</summary>
    public string? SystemContains { get; init; }

    /// <summary>The role of the last message.</summary>
    public string? LastRole { get; init; }

    /// <summary>The number of answers so far.</summary>
    public int? Turn { get; init; }

    /// <summary>A text in one of the tool results that the conversation ends with, whatever its case.</summary>
    public string? ToolResult { get; init; }

    /// <summary>Whether it says at which moment of the conversation it holds, not only of which text.</summary>
    public bool NamesMoment => LastRole is not null || Turn is not null || ToolResult is not null;

    public bool Holds(ScriptedConversation conversation, ScriptedBudget budget) =>
        (Turn is null || Turn == conversation.Turn)
        && (LastRole is null || LastRole == conversation.LastRole)
        && (Contains is null || conversation.LastUser.Contains(Contains, StringComparison.OrdinalIgnoreCase))
        && (SystemContains is null || conversation.System.Contains(SystemContains, StringComparison.OrdinalIgnoreCase))
        && (ToolResult is null
            || conversation.ToolResults.Any(result => result.Contains(ToolResult, StringComparison.OrdinalIgnoreCase)))
        && (Matches is null || budget.Find(Matches, conversation.LastUser).Success);
}
