namespace Actant.LanguageModels;

/// <summary>The options of a scripted model, read: rules first, then the script, then the default.</summary>
internal sealed record ScriptedOptions : IScript
{
    public IReadOnlyList<ScriptedStep> Rules { get; init; } = [];

    public IReadOnlyList<ScriptedStep> Script { get; init; } = [];

    public ScriptedStep? Default { get; init; }

    public ScriptedPace Pace { get; init; } = new();

    /// <summary>Whether anything in it can answer.</summary>
    public bool HasAnswers => Rules.Count > 0 || Script.Count > 0 || Default is not null;

    /// <inheritdoc />
    public ScriptedAnswer? Answer(ScriptedConversation conversation)
    {
        var budget = new ScriptedBudget();
        var step = Rules.FirstOrDefault(rule => rule.Answers(conversation, budget))
            ?? (conversation.Turn < Script.Count ? Script[conversation.Turn] : Default);
        return step is null ? null : Fill(step, conversation, budget);
    }

    private ScriptedAnswer Fill(ScriptedStep step, ScriptedConversation conversation, ScriptedBudget budget)
    {
        var match = step.When.Matches is { } pattern ? budget.Find(pattern, conversation.LastUser) : null;
        return new ScriptedAnswer
        {
            Text = budget.Take(step.Answer.Render(conversation, match)),
            ToolCalls = [.. step.ToolCalls.Select(call => call with
            {
                Arguments = ScriptedArguments.Render(call.Arguments, text => budget.Take(new ScriptedTemplate(text).Render(conversation, match))),
            })],
            Pace = step.Pace.Over(Pace),
            Fail = step.Fail,
            Usage = step.Usage,
        };
    }
}
