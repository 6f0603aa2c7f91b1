using Actant.Access;

namespace Actant.AspNetCore.Access;

/// <summary>Who asks.</summary>
/// <param name="Tenant">Whose data they see.</param>
/// <param name="Role">What they may do.</param>
/// <param name="Id">The id of their key, or <c>local</c>.</param>
internal sealed record Caller(TenantId Tenant, Role Role, string Id);
