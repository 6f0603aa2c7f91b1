namespace Actant.LanguageModels;

/// <summary>One answer as it is written in the options, and when it is given.</summary>
internal sealed record ScriptedStep
{
    public ScriptedCondition When { get; init; } = ScriptedCondition.Always;

    public ScriptedTemplate Answer { get; init; } = ScriptedTemplate.Empty;

    public IReadOnlyList<ScriptedToolCall> ToolCalls { get; init; } = [];

    public ScriptedPace Pace { get; init; } = new();

    public ScriptedFailure? Fail { get; init; }

    public ScriptedUsage? Usage { get; init; }

    /// <summary>
    /// Whether this, as a rule, answers the conversation. A rule that demands tools answers a user only, unless it says when:
    /// the same text would match again after the tools' results and demand them for ever.
    /// </summary>
    public bool Answers(ScriptedConversation conversation, ScriptedBudget budget) =>
        When.Holds(conversation, budget) && (ToolCalls.Count == 0 || When.NamesMoment || conversation.LastRole == "user");
}
