namespace Actant.LanguageModels;

/// <summary>Decides what a scripted model says.</summary>
internal interface IScript
{
    /// <summary>
    /// The answer: the same for the same conversation, however often and wherever it is asked. <c>null</c> if it has none.
    /// </summary>
    ScriptedAnswer? Answer(ScriptedConversation conversation);
}
