namespace Actant.Storage;

/// <summary>The kinds of signals. The numbers are stored.</summary>
public enum SignalKind
{
    /// <summary>A new execution's input; put in by <see cref="ITenantStore.SubmitAsync"/> only.</summary>
    Input = 1,

    /// <summary>An answer to an interrupt.</summary>
    Decision = 2,

    /// <summary>End the execution, abort what is in flight.</summary>
    Cancel = 3,

    /// <summary>Pause the execution when its running steps have ended.</summary>
    Stop = 4,

    /// <summary>Write to the thread's state: values by key, all of them set. <see cref="StateChange"/> can do more.</summary>
    StateUpdate = 5,

    /// <summary>A call's result that comes from outside the lease: from a former holder, or from far away.</summary>
    Callback = 6,

    /// <summary>A child execution has ended.</summary>
    ChildEnded = 7,

    /// <summary>Change the thread's state by operations.</summary>
    StateChange = 9,
}
