namespace Actant.Executions;

/// <summary>Thrown by a hook that does not let something pass.</summary>
public sealed class HookRefusedException(Failure failure) : Exception(failure.Message)
{
    /// <summary>Why.</summary>
    public Failure Failure { get; } = failure;
}
