namespace Actant.Storage;

/// <summary>
/// How age raises priority inside a tenant. Work is taken by rank, the smallest first: the moment it was accepted, moved back by one
/// <see cref="Step"/> for each level of priority. All that waits ages alike, so the order of two executions never changes and a rank
/// is written once. Ranks of different tenants are never compared.
/// </summary>
public static class Ageing
{
    /// <summary>How much waiting weighs as much as one level of priority: a minute. After nine of them a 0 goes before a fresh 9.</summary>
    public static TimeSpan Step { get; } = TimeSpan.FromMinutes(1);

    /// <summary>Where an execution stands among those of its tenant, in milliseconds; equal ones follow the order of submission.</summary>
    public static long Rank(DateTimeOffset acceptedAt, int priority) =>
        acceptedAt.ToUnixTimeMilliseconds() - (priority * (long)Step.TotalMilliseconds);
}
