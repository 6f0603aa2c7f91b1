using Actant.Secrets;
using Actant.Server.Settings;

namespace Actant.Server.Hosting;

/// <summary>The encrypted store of the data folder, which comes into being with its first secret.</summary>
internal sealed class LocalSecrets(OutboundSettings settings, string data) : ISecretStore
{
    private volatile EncryptedSecrets? _store = SecretStore.Find(settings, data);

    public ValueTask<Secret?> FindAsync(TenantId tenant, string name, CancellationToken cancellationToken) =>
        Store?.FindAsync(tenant, name, cancellationToken) ?? new((Secret?)null);

    public bool MayHave(TenantId tenant, string name) => Store?.MayHave(tenant, name) == true;

    public void Set(TenantId tenant, string name, Secret secret) => (_store ??= SecretStore.FindOrCreate(settings, data)).Set(tenant, name, secret);

    public bool Remove(TenantId tenant, string name) => Store?.Remove(tenant, name) == true;

    private EncryptedSecrets? Store => _store ??= SecretStore.Find(settings, data);
}
