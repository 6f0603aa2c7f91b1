namespace Actant.Storage;

/// <summary>Why somebody is woken.</summary>
public enum WakeupKind
{
    /// <summary>A take would find something.</summary>
    WorkIsReady,

    /// <summary>A leased thread has a new signal.</summary>
    Signalled,

    /// <summary>
    /// An execution that this node accepted began, ended or asks on another one: those who wait for it here poll for themselves.
    /// </summary>
    Progressed,

    /// <summary>A thread's lease was ended by a deletion.</summary>
    LeaseEnded,
}
