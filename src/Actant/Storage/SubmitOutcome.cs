namespace Actant.Storage;

/// <summary>How a submission ended. All but the first two mean that nothing was stored.</summary>
public enum SubmitOutcome
{
    /// <summary>Stored by this call.</summary>
    Accepted,

    /// <summary>The key (or the id) is known with the same fingerprint; the answer names the first one's execution.</summary>
    Replayed,

    /// <summary>The key is known with another fingerprint.</summary>
    KeyConflict,

    /// <summary>The thread is busy and the strategy is <see cref="BusyStrategy.Reject"/>.</summary>
    Busy,

    /// <summary>The thread waits for a person and no strategy was stated.</summary>
    ThreadInterrupted,

    /// <summary>As many executions of the tenant wait as may: <see cref="TenantShare.MaxQueued"/>.</summary>
    QueueFull,
}
