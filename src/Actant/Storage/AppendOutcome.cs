namespace Actant.Storage;

/// <summary>How an append ended. All but the first two mean that nothing was stored.</summary>
public enum AppendOutcome
{
    /// <summary>Stored by this call.</summary>
    Stored,

    /// <summary>Stored by an earlier call with the same entry ids, and answered as that one; see <see cref="AppendResult.LeaseIsGone"/>.</summary>
    Replayed,

    /// <summary>Other entries stand at that position: forget the thread and fold again.</summary>
    PositionConflict,

    /// <summary>The epoch is stale, the session has ended, or the thread is gone: stop, cancel what runs, write nothing more.</summary>
    LeaseLost,

    /// <summary>An end was refused because a cancel that the holder has not seen is in the inbox: read the inbox and decide again.</summary>
    CancelRequested,
}
