namespace Actant.Executions;

/// <summary>How an execution is told to others.</summary>
public interface IExecutionDocument
{
    /// <summary>An execution in JSON.</summary>
    /// <param name="result">The execution.</param>
    /// <param name="maxBytes">The most bytes; with more of them it goes without its output, and with a link.</param>
    /// <param name="publicUrl">Where the API is reached, for the link; without it the link is a path.</param>
    byte[] Write(ExecutionResult result, int maxBytes, Uri? publicUrl);
}
