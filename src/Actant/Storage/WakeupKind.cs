namespace Actant.Storage;

/// <summary>Why somebody is woken.</summary>
public enum WakeupKind
{
    /// <summary>A take would find something.</summary>
    WorkIsReady,

    /// <summary>A leased thread has a new signal.</summary>
    Signalled,

    /// <summary>A thread's lease was ended by a deletion.</summary>
    LeaseEnded,
}
