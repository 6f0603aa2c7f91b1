namespace Actant.Storage;

/// <summary>How a signal ended. All but the first two mean that nothing was stored.</summary>
public enum SignalOutcome
{
    /// <summary>Stored by this call.</summary>
    Stored,

    /// <summary>All keys are known with the same bodies.</summary>
    Replayed,

    /// <summary>One of the keys is known with another body: somebody was first.</summary>
    KeyConflict,

    /// <summary>The execution it names has ended.</summary>
    ExecutionEnded,

    /// <summary>There is no such thread, or the execution is not of this thread.</summary>
    NotFound,
}
