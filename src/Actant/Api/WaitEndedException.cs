namespace Actant.Api;

/// <summary>Whoever waited for an execution waits no longer; it goes on.</summary>
public sealed class WaitEndedException : OperationCanceledException
{
    internal WaitEndedException(ExecutionId execution, OperationCanceledException ended)
        : base($"The wait for the execution {execution} was ended; it goes on.", ended, ended.CancellationToken) => Execution = execution;

    /// <summary>The execution.</summary>
    public ExecutionId Execution { get; }
}
