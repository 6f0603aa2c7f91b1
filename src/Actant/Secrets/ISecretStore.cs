namespace Actant.Secrets;

/// <summary>Secrets that can be put in and taken out. Safe for concurrent use.</summary>
public interface ISecretStore : ISecretSource
{
    /// <summary>
    /// Keeps a secret, in place of an earlier one of that name, whose hosts hold on where the new one says nothing of them. Durable when it returns.
    /// </summary>
    /// <exception cref="ArgumentException">The name is malformed, or the value is empty or too large.</exception>
    /// <exception cref="SecretSourceException">It could not be kept.</exception>
    ValueTask SetAsync(TenantId tenant, string name, Secret secret, CancellationToken cancellationToken);

    /// <summary>Forgets a secret. <c>false</c> if there was none.</summary>
    /// <exception cref="SecretSourceException">It could not be forgotten.</exception>
    ValueTask<bool> RemoveAsync(TenantId tenant, string name, CancellationToken cancellationToken);

    /// <summary>A tenant's secrets, sorted by name.</summary>
    /// <exception cref="SecretSourceException">They cannot be read now.</exception>
    ValueTask<IReadOnlyList<KeptSecret>> ListAsync(TenantId tenant, CancellationToken cancellationToken);

    /// <summary>Seals the secrets of all tenants with the first of the store's keys; how many there are. Nothing is lost if it stops in between.</summary>
    /// <exception cref="SecretSourceException">One does not open with any of the keys, or cannot be written.</exception>
    ValueTask<int> ResealAsync(CancellationToken cancellationToken);
}
