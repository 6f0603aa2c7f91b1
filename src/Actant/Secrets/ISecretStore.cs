namespace Actant.Secrets;

/// <summary>Secrets that can be put in and taken out. Safe for concurrent use.</summary>
public interface ISecretStore : ISecretSource
{
    /// <summary>Keeps a secret, in place of an earlier one of that name. Durable when it returns.</summary>
    /// <exception cref="SecretSourceException">It could not be kept.</exception>
    void Set(TenantId tenant, string name, Secret secret);

    /// <summary>Forgets a secret. <c>false</c> if there was none.</summary>
    /// <exception cref="SecretSourceException">It could not be forgotten.</exception>
    bool Remove(TenantId tenant, string name);
}
