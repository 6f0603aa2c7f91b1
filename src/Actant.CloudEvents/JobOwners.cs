using Actant.Access;
using Actant.Api;

namespace Actant.CloudEvents;

/// <summary>Whose jobs are that come without a key, by a way that is trusted because nobody else can reach it: a broker, or a listener of its own.</summary>
/// <param name="Way">The way that they come by, for the record.</param>
public sealed record JobOwners(string Way)
{
    /// <summary>Whose they are where they name no tenant.</summary>
    public TenantId Tenant { get; init; } = TenantId.Default;

    /// <summary>Which other tenants they may name.</summary>
    public IReadOnlySet<TenantId> Tenants { get; init; } = new HashSet<TenantId>();

    /// <summary>What they may do: <see cref="Access.Role.Editor"/> where their definitions may name secrets.</summary>
    public Role Role { get; init; } = Role.Runner;

    /// <summary>Who asks with a job. One that names a tenant that it may not is nobody else's: it is refused later.</summary>
    /// <param name="reading">The job; <c>null</c> before it is read.</param>
    public Caller CallerOf(JobReading? reading = null) => new(
        reading?.Job.Value?.Tenant is { } named && ApiKeys.CanOwn(named) && Tenants.Contains(new TenantId(named)) ? new TenantId(named) : Tenant, Role, KeyId: null, UserId: Way);
}
