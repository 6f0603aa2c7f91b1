namespace Actant.Secrets;

/// <summary>Where secrets come from. Safe for concurrent use.</summary>
public interface ISecretSource
{
    /// <summary>The secret of a tenant; <c>null</c> if the source has none of that name. Never another tenant's.</summary>
    /// <exception cref="SecretSourceException">The source has it, or may have it, and cannot give it now.</exception>
    ValueTask<Secret?> FindAsync(TenantId tenant, string name, CancellationToken cancellationToken);

    /// <summary>Whether the source may have it, answered without asking anybody far away; <c>true</c> where it cannot tell.</summary>
    bool MayHave(TenantId tenant, string name);
}
