namespace Actant.Secrets;

/// <summary>Secrets that can be put in and taken out. Safe for concurrent use.</summary>
public interface ISecretStore : ISecretSource
{
    /// <summary>Keeps a secret, in place of an earlier one of that name. Durable when it returns.</summary>
    /// <exception cref="ArgumentException">The name is malformed, or the value is empty or too large.</exception>
    /// <exception cref="SecretSourceException">It could not be kept.</exception>
    ValueTask SetAsync(TenantId tenant, string name, Secret secret, CancellationToken cancellationToken);

    /// <summary>Forgets a secret. <c>false</c> if there was none.</summary>
    /// <exception cref="SecretSourceException">It could not be forgotten.</exception>
    ValueTask<bool> RemoveAsync(TenantId tenant, string name, CancellationToken cancellationToken);

    /// <summary>The names of a tenant's secrets, sorted.</summary>
    /// <exception cref="SecretSourceException">They cannot be read now.</exception>
    ValueTask<IReadOnlyList<string>> NamesAsync(TenantId tenant, CancellationToken cancellationToken);
}
