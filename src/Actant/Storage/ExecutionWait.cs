namespace Actant.Storage;

/// <summary>Why an execution waits that is pending, that a node gave back for want of something, or that is quarantined.</summary>
/// <param name="Ahead">
/// How many ready threads of its tenant come before it, counted up to <see cref="MaxAhead"/>; <c>null</c> while it is in no order: it is
/// held, or waits for another execution of its thread.
/// </param>
/// <param name="Running">How many threads of its tenant are leased.</param>
/// <param name="Share">Its tenant's weight and cap.</param>
/// <param name="Format">The newest format of entries on its thread: a node that does not know it leaves the thread alone.</param>
public sealed record ExecutionWait(int? Ahead, int Running, TenantShare Share, int Format)
{
    /// <summary>What a node must have to go on with it; empty unless it was left for want of that.</summary>
    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>
    /// How many sessions in a row ended under it without a stored step, where it waits for that: it is quarantined, and few of those may
    /// run together; see <see cref="Quarantine"/>. 0 otherwise.
    /// </summary>
    public int Deaths { get; init; }

    /// <summary>As far as is counted.</summary>
    public const int MaxAhead = 10_000;
}
