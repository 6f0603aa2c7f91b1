using Actant.Access;

namespace Actant.Api;

/// <summary>Who asks. Ways in get one of <see cref="Authentication"/> and hand it to every operation.</summary>
/// <param name="Tenant">Whose data they see.</param>
/// <param name="Role">What they may do.</param>
/// <param name="KeyId">The id of their key; <c>null</c> for whoever sits at the machine.</param>
/// <param name="UserId">The user of the machine, where the program that asks is one of theirs.</param>
public sealed record Caller(TenantId Tenant, Role Role, string? KeyId, string? UserId = null)
{
    /// <summary>Whoever sits at the machine: everything is theirs.</summary>
    public static Caller Machine { get; } = new(TenantId.Default, Role.Admin, KeyId: null);

    /// <summary>Who asks, as it goes on record.</summary>
    public Principal Principal => new() { KeyId = KeyId, UserId = UserId, Role = RoleWords.Of(Role) };

    /// <summary>Why they may not do what needs a role; <c>null</c> if they may. The one rule.</summary>
    public Refusal? RefusalFor(Role least) => Role >= least ? null : new Refusal(
        RefusalCodes.Forbidden, $"The key has the role {RoleWords.Of(Role)}; this needs {RoleWords.Of(least)}. Ask for a key with more rights.");

    /// <summary>Whether they are of the tenant <c>default</c>, whose people may see and do what is of all tenants together, as far as their role goes.</summary>
    public bool IsOfAllTenants => Tenant == TenantId.Default;

    /// <summary>Whether they may make keys of a tenant, if their role lets them make any.</summary>
    public bool MayMakeKeysOf(TenantId tenant) => tenant == Tenant || IsOfAllTenants;
}
