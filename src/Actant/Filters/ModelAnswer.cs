using Actant.Journaling;

namespace Actant.Filters;

/// <summary>
/// What a model answered. A filter may return another message: its id and those of its calls stay the engine's, whatever it says. One
/// that answers itself, without what follows, costs nothing and is shown as a whole.
/// </summary>
/// <param name="Message">The message as it is stored.</param>
public sealed record ModelAnswer(Message Message)
{
    /// <summary>Why it ended: one of <see cref="LanguageModels.FinishReasons"/>; <c>null</c> where nobody said.</summary>
    public string? FinishReason { get; init; }
}
