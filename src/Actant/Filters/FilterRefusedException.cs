namespace Actant.Filters;

/// <summary>Thrown by a filter that does not let something pass.</summary>
/// <param name="failure">Why. Its code is a word of small letters, digits and <c>_</c> that begins with a letter, of 64 characters at most.</param>
/// <param name="scope">What ends with it. Where there is no execution yet, or the value is on its way in, whoever sent it is told, and that is all.</param>
/// <param name="innerException">What it came of.</param>
public sealed class FilterRefusedException(Failure failure, RefusalScope scope = RefusalScope.Node, Exception? innerException = null)
    : Exception(failure.Message, innerException)
{
    /// <summary>The code of what did not pass because a filter itself failed or ran out of time.</summary>
    public const string FilterFailed = "filter_failed";

    /// <summary>A refusal with a code and a message.</summary>
    public FilterRefusedException(string code, string message, RefusalScope scope = RefusalScope.Node)
        : this(new Failure { Code = code, Message = message }, scope)
    {
    }

    /// <summary>Why.</summary>
    public Failure Failure { get; } = IsCode(failure.Code) ? failure
        : throw new ArgumentException("The code of a refusal is a word of small letters, digits and `_` that begins with a letter, of 64 characters at most.", nameof(failure));

    /// <summary>What ends with it.</summary>
    public RefusalScope Scope { get; } = scope;

    private static bool IsCode(string code) =>
        code.Length is > 0 and <= 64 && char.IsAsciiLetterLower(code[0]) && code.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_');
}
