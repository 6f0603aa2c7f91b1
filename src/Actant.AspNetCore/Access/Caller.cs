using Actant.Access;

namespace Actant.AspNetCore.Access;

/// <summary>Who asks.</summary>
/// <param name="Tenant">Whose data they see.</param>
/// <param name="Role">What they may do.</param>
/// <param name="KeyId">The id of their key; <c>null</c> for whoever sits at the machine.</param>
internal sealed record Caller(TenantId Tenant, Role Role, string? KeyId);
