namespace Actant.Journaling;

/// <summary>
/// The numbers of the engine's behaviour. An execution is decided with the one that it began with: a change that would decide
/// something else from the same journal gets a number here, with what it was and what it is since. A new number comes with a new
/// <see cref="EntryCodec.Format"/>, which keeps older nodes from taking such threads.
/// </summary>
internal static class EngineBehaviour
{
    /// <summary>1: the first. The call of a tool node is named <c>call</c>, and idempotency keys are made of the vendor's call id.</summary>
    public const int First = 1;

    /// <summary>
    /// 2: a tool node's call has an id of its own like every other one, recorded with its first entry, and idempotency keys are made
    /// of our ids. (New answers of an execution of behaviour 1 get our ids too: nothing in its journal speaks against it.)
    /// </summary>
    public const int OwnCallIds = 2;

    /// <summary>What new executions begin with.</summary>
    public const int Current = OwnCallIds;
}
