namespace Actant.Secrets;

/// <summary>
/// Environment variables: the secret <c>weather-key</c> is <c>ACTANT_SECRET_WEATHER_KEY</c>. A variable has no tenant, so these are
/// the secrets of the tenant <c>default</c> alone.
/// </summary>
/// <param name="read">Reads a variable; the process's own by default.</param>
public sealed class EnvironmentSecrets(Func<string, string?>? read = null) : ISecretSource
{
    /// <summary>What the names of the variables begin with.</summary>
    public const string Prefix = "ACTANT_SECRET_";

    private readonly Func<string, string?> _read = read ?? Environment.GetEnvironmentVariable;

    /// <inheritdoc />
    public ValueTask<Secret?> FindAsync(TenantId tenant, string name, CancellationToken cancellationToken) => new(Find(tenant, name));

    /// <inheritdoc />
    public bool MayHave(TenantId tenant, string name) => Find(tenant, name) is not null;

    private Secret? Find(TenantId tenant, string name) =>
        tenant == TenantId.Default && SecretName.IsValid(name) && _read(VariableOf(name)) is { Length: > 0 and <= SecretName.LongestValue } value ? new Secret(value) : null;

    private static string VariableOf(string name) => Prefix + name.ToUpperInvariant().Replace('-', '_').Replace('.', '_');
}
