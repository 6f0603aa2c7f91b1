namespace Actant.LanguageModels;

/// <summary>What the scripted model will say to one request.</summary>
internal sealed record ScriptedAnswer
{
    public string Text { get; init; } = "";

    public IReadOnlyList<ScriptedToolCall> ToolCalls { get; init; } = [];

    public required ScriptedPace Pace { get; init; }

    public ScriptedFailure? Fail { get; init; }

    public ScriptedUsage? Usage { get; init; }
}
