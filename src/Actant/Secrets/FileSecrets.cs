using System.Text;

namespace Actant.Secrets;

/// <summary>
/// A folder with one file for each secret, as Kubernetes mounts them: <c>NAME</c> for the tenant <c>default</c>,
/// <c>tenants/TENANT/NAME</c> for all others. Read anew on each use, so that a rotated secret counts at once. One line break at the
/// end does not belong to the value. <c>NAME.hosts</c> beside it has the hosts that it is for; such a file is no secret itself.
/// </summary>
public sealed class FileSecrets(string folder) : ISecretSource
{
    private const string HostsEnding = ".hosts";

    /// <inheritdoc />
    public async ValueTask<Secret?> FindAsync(TenantId tenant, string name, CancellationToken cancellationToken)
    {
        if (FileOf(tenant, name) is not { Exists: true } file)
        {
            return null;
        }

        try
        {
            if (file.Length > SecretName.LongestValue)
            {
                throw new SecretSourceException($"The file of the secret '{name}' is larger than {SecretName.LongestValue} bytes.");
            }

            var text = await File.ReadAllTextAsync(file.FullName, Encoding.UTF8, cancellationToken);
            var value = text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;
            return value.Length > 0 ? SecretHosts.Bind(value, await HostsAsync(file.FullName + HostsEnding, cancellationToken), $"The file '{name}{HostsEnding}'") : null;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (exception is (IOException or UnauthorizedAccessException) and not SecretSourceException)
        {
            throw new SecretSourceException($"The file of the secret '{name}' cannot be read.", exception);
        }
    }

    /// <inheritdoc />
    public bool MayHave(TenantId tenant, string name) => FileOf(tenant, name) is { Exists: true };

    private static async ValueTask<string?> HostsAsync(string file, CancellationToken cancellationToken) => new FileInfo(file) is not { Exists: true } hosts ? null
        : hosts.Length <= SecretHosts.LongestText ? await File.ReadAllTextAsync(file, Encoding.UTF8, cancellationToken)
        : throw new SecretSourceException($"The file '{hosts.Name}' is larger than {SecretHosts.LongestText} bytes.");

    // A tenant's id may consist of dots.
    private FileInfo? FileOf(TenantId tenant, string name) =>
        !SecretName.IsValid(name) || name.EndsWith(HostsEnding, StringComparison.Ordinal) ? null
        : tenant == TenantId.Default ? new FileInfo(Path.Combine(folder, name))
        : tenant.Value.Trim('.').Length == 0 || tenant.Value.AsSpan().ContainsAny('/', '\\', '\0') ? null
        : new FileInfo(Path.Combine(folder, "tenants", tenant.Value, name));
}
