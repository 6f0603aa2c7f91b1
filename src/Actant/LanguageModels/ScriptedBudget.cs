using System.Text.RegularExpressions;
using Actant.Expressions.Patterns;

namespace Actant.LanguageModels;

/// <summary>
/// What one answer of a script may cost in all. Each pattern and each template is bounded by itself; a definition may have a thousand
/// patterns, and the arguments of a call as many templates.
/// </summary>
internal sealed class ScriptedBudget
{
    /// <summary>Steps of matching, as expressions count them: some seconds of a processor at the very most.</summary>
    public const long MostSteps = 100_000;

    /// <summary>Characters of the text and all arguments together.</summary>
    public const int MostCharacters = 4 * 1024 * 1024;

    private long _steps = MostSteps;
    private int _characters = MostCharacters;

    /// <summary>Where a pattern is found.</summary>
    /// <exception cref="ModelException">It would take too long.</exception>
    public Match Find(Pattern pattern, string text)
    {
        _steps -= 1 + pattern.Cost(text.Length);
        return (_steps >= 0 ? pattern.Find(text) : null)
            ?? throw TooExpensive("The patterns of the scripted model take too long on this message: use fewer or simpler ones.");
    }

    /// <summary>A text that becomes a part of the answer.</summary>
    /// <exception cref="ModelException">The answer becomes too long.</exception>
    public string Take(string text)
    {
        _characters -= text.Length;
        return _characters >= 0 ? text
            : throw TooExpensive($"The answer of the scripted model has more than {MostCharacters} characters, with the arguments of its calls.");
    }

    private static ModelException TooExpensive(string message) => new(new Failure { Code = ModelErrors.ScriptTooExpensive, Message = message });
}
