using Actant.Access;

namespace Actant.AspNetCore.Access;

/// <summary>Who asks.</summary>
/// <param name="Tenant">Whose data they see.</param>
/// <param name="Role">What they may do.</param>
/// <param name="KeyId">The id of their key; <c>null</c> for whoever sits at the machine.</param>
/// <param name="UserId">The user of the machine, where the program that asks is one of theirs.</param>
internal sealed record Caller(TenantId Tenant, Role Role, string? KeyId, string? UserId = null)
{
    /// <summary>Who asks, as it goes on record.</summary>
    public Principal Principal => new() { KeyId = KeyId, UserId = UserId, Role = AccessGuard.Word(Role) };
}
