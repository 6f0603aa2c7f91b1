namespace Actant.Filters;

/// <summary>Thrown by a filter that does not let something pass.</summary>
/// <param name="failure">Why.</param>
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
    public Failure Failure { get; } = failure;

    /// <summary>What ends with it.</summary>
    public RefusalScope Scope { get; } = scope;
}
