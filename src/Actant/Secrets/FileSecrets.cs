using System.Text;

namespace Actant.Secrets;

/// <summary>
/// A folder with one file for each secret, as Kubernetes mounts them: <c>NAME</c> for the tenant <c>default</c>,
/// <c>tenants/TENANT/NAME</c> for all others. Read anew on each use, so that a rotated secret counts at once. One line break at the
/// end does not belong to the value.
/// </summary>
public sealed class FileSecrets(string folder) : ISecretSource
{
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
            return value.Length > 0 ? new Secret(value) : null;
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

    // A tenant's id may consist of dots.
    private FileInfo? FileOf(TenantId tenant, string name) =>
        !SecretName.IsValid(name) ? null
        : tenant == TenantId.Default ? new FileInfo(Path.Combine(folder, name))
        : tenant.Value.Trim('.').Length == 0 || tenant.Value.AsSpan().ContainsAny('/', '\\', '\0') ? null
        : new FileInfo(Path.Combine(folder, "tenants", tenant.Value, name));
}
