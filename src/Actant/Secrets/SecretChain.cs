namespace Actant.Secrets;

/// <summary>Several sources as one: the first that has a secret gives it.</summary>
public sealed class SecretChain(IEnumerable<ISecretSource> sources) : ISecretSource
{
    private readonly ISecretSource[] _sources = [.. sources];

    /// <inheritdoc />
    public async ValueTask<Secret?> FindAsync(TenantId tenant, string name, CancellationToken cancellationToken)
    {
        if (!SecretName.IsValid(name))
        {
            return null;
        }

        foreach (var source in _sources)
        {
            if (await source.FindAsync(tenant, name, cancellationToken) is { } secret)
            {
                return secret;
            }
        }

        return null;
    }

    /// <inheritdoc />
    public bool MayHave(TenantId tenant, string name) => SecretName.IsValid(name) && Array.Exists(_sources, source => source.MayHave(tenant, name));
}
