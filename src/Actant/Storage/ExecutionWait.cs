namespace Actant.Storage;

/// <summary>Why a pending execution waits.</summary>
/// <param name="Ahead">
/// How many ready threads of its tenant come before it, counted up to <see cref="MaxAhead"/>; <c>null</c> while it is in no order: it is
/// held, or waits for another execution of its thread.
/// </param>
/// <param name="Running">How many threads of its tenant are leased.</param>
/// <param name="Share">Its tenant's weight and cap.</param>
public sealed record ExecutionWait(int? Ahead, int Running, TenantShare Share)
{
    /// <summary>As far as is counted.</summary>
    public const int MaxAhead = 10_000;
}
