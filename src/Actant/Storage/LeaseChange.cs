namespace Actant.Storage;

/// <summary>What an append does with the lease it was made under.</summary>
public enum LeaseChange
{
    /// <summary>Keeps it.</summary>
    Keep = 0,

    /// <summary>Gives it back. The thread is ready if an execution of it is open, or another one waits on it.</summary>
    Release = 1,

    /// <summary>Gives it back until the due time or a signal. With unseen signals the thread is ready at once.</summary>
    Sleep = 2,
}
