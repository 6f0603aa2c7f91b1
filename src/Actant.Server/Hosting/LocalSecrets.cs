using Actant.Secrets;
using Actant.Server.Settings;

namespace Actant.Server.Hosting;

/// <summary>The encrypted store of the data folder, which comes into being with its first secret.</summary>
internal sealed class LocalSecrets(OutboundSettings settings, string data) : ISecretStore
{
    private volatile EncryptedSecrets? _store = SecretStore.Find(settings, data);

    private EncryptedSecrets? Store => _store ??= SecretStore.Find(settings, data);

    public ValueTask<Secret?> FindAsync(TenantId tenant, string name, CancellationToken cancellationToken) =>
        Store?.FindAsync(tenant, name, cancellationToken) ?? new((Secret?)null);

    public bool MayHave(TenantId tenant, string name) => Store?.MayHave(tenant, name) == true;

    public ValueTask SetAsync(TenantId tenant, string name, Secret secret, CancellationToken cancellationToken) =>
        (_store ??= SecretStore.FindOrCreate(settings, data)).SetAsync(tenant, name, secret, cancellationToken);

    public ValueTask<bool> RemoveAsync(TenantId tenant, string name, CancellationToken cancellationToken) =>
        Store?.RemoveAsync(tenant, name, cancellationToken) ?? new(false);

    public ValueTask<IReadOnlyList<KeptSecret>> ListAsync(TenantId tenant, CancellationToken cancellationToken) =>
        Store?.ListAsync(tenant, cancellationToken) ?? new([]);

    public ValueTask<int> ResealAsync(CancellationToken cancellationToken) => Store?.ResealAsync(cancellationToken) ?? new(0);
}
