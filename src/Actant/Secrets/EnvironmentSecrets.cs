namespace Actant.Secrets;

/// <summary>
/// Environment variables: the secret <c>weather-key</c> is <c>ACTANT_SECRET_WEATHER_KEY</c>. A variable has no tenant, so these are
/// the secrets of the tenant <c>default</c> alone. <c>ACTANT_HOSTS_OF_WEATHER_KEY</c> has the hosts that it is for, with commas between them.
/// </summary>
/// <param name="read">Reads a variable; the process's own by default.</param>
public sealed class EnvironmentSecrets(Func<string, string?>? read = null) : ISecretSource
{
    /// <summary>What the names of the variables begin with.</summary>
    public const string Prefix = "ACTANT_SECRET_";

    /// <summary>What the names of the variables begin with that say for which hosts a secret is.</summary>
    public const string HostsPrefix = "ACTANT_HOSTS_OF_";

    private readonly Func<string, string?> _read = read ?? Environment.GetEnvironmentVariable;

    /// <inheritdoc />
    public ValueTask<Secret?> FindAsync(TenantId tenant, string name, CancellationToken cancellationToken) =>
        new(Find(tenant, name) is { } value ? SecretHosts.Bind(value, _read(HostsPrefix + VariableOf(name)), HostsPrefix + VariableOf(name)) : null);

    /// <inheritdoc />
    public bool MayHave(TenantId tenant, string name) => Find(tenant, name) is not null;

    private string? Find(TenantId tenant, string name) =>
        tenant == TenantId.Default && SecretName.IsValid(name) && _read(Prefix + VariableOf(name)) is { Length: > 0 and <= SecretName.LongestValue } value ? value : null;

    private static string VariableOf(string name) => name.ToUpperInvariant().Replace('-', '_').Replace('.', '_');
}
