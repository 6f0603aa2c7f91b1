namespace Actant.Definitions;

/// <summary>What a failed node does to its graph.</summary>
public enum ErrorStrategy
{
    /// <summary>Ends the graph as failed and cancels the rest.</summary>
    FailFast,

    /// <summary>Goes on as if it had succeeded, with the error in the state under <c>errors.&lt;node&gt;</c>.</summary>
    Continue,

    /// <summary>Takes the node's error edges.</summary>
    Fallback,
}
