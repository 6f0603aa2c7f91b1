namespace Actant.Storage;

/// <summary>How a fork or a rewind ended. All but the first two mean that nothing was stored.</summary>
public enum BranchOutcome
{
    /// <summary>Stored by this call.</summary>
    Stored,

    /// <summary>Stored by an earlier call with the same entry id.</summary>
    Replayed,

    /// <summary>There is no such thread, or not so many entries.</summary>
    NotFound,

    /// <summary>The target thread exists already.</summary>
    TargetExists,

    /// <summary>An execution is open or queued on the thread.</summary>
    Busy,

    /// <summary>The thread has another last position.</summary>
    PositionConflict,

    /// <summary>An earlier call had the same key; <see cref="ITenantStore.FindBranchAsync"/> tells what it made.</summary>
    KeyKnown,
}
