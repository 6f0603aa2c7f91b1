namespace Actant.Filters;

/// <summary>Thrown by a hook that does not let something pass.</summary>
public sealed class HookRefusedException(Failure failure, Exception? innerException = null) : Exception(failure.Message, innerException)
{
    /// <summary>The code of what did not pass because the hook itself failed or ran out of time.</summary>
    public const string Failed = "filter_failed";

    /// <summary>Why.</summary>
    public Failure Failure { get; } = failure;

    /// <summary>Whether the whole execution fails with it, whatever its nodes' error strategies say: a budget that is used up, for example.</summary>
    public bool EndsExecution { get; init; }
}
