using System.Security.Cryptography.X509Certificates;

namespace Actant.Vault;

/// <summary>Which Vault, and who this process is there. A class, so that nothing prints the token by accident.</summary>
public sealed class VaultOptions
{
    /// <summary>Vault's address, such as <c>https://vault.vault.svc:8200</c>.</summary>
    public required Uri Address { get; init; }

    /// <summary>A token to use as it is, instead of a login.</summary>
    public string? Token { get; init => field = OptionRange.CheckSecret(value); }

    /// <summary>The role of the Kubernetes login.</summary>
    public string Role { get; init => field = OptionRange.CheckText(value, 255); } = "agent-executor";

    /// <summary>Where the Kubernetes login is mounted, below <c>auth/</c>.</summary>
    public string AuthPath { get; init => field = OptionRange.CheckText(value, 255); } = "kubernetes";

    /// <summary>The file with the ServiceAccount's token; read anew for each login, because Kubernetes replaces it.</summary>
    public string TokenFile { get; init => field = OptionRange.CheckText(value, 4096); } = "/var/run/secrets/kubernetes.io/serviceaccount/token";

    /// <summary>Where the KV engine, version 2, is mounted.</summary>
    public string Mount { get; init => field = OptionRange.CheckText(value, 255); } = "secret";

    /// <summary>What the paths begin with, below the mount.</summary>
    public string Prefix { get; init => field = OptionRange.CheckText(value, 255); } = "agent-executor";

    /// <summary>
    /// Where an engine makes the user and the password of PostgreSQL, as <c>database/creds/agent-executor</c>, in place of those that are stored;
    /// <c>null</c> where none does.
    /// </summary>
    public string? DatabasePath { get; init => field = value is null ? null : OptionRange.CheckText(value, 1024).Trim('/'); }

    /// <summary>The namespace, where Vault has them.</summary>
    public string? Namespace { get; init => field = value is null ? null : OptionRange.CheckText(value, 255); }

    /// <summary>Who may have signed Vault's certificate, in place of those that the machine trusts; <c>null</c> for those.</summary>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary>How often secrets are read again. 60 s by default.</summary>
    public TimeSpan RefreshEvery { get; init => field = OptionRange.Check(value, TimeSpan.FromMilliseconds(10), OptionRange.LongestWait); } = TimeSpan.FromSeconds(60);

    /// <summary>How long one request may take. 5 s by default.</summary>
    public TimeSpan Timeout { get; init => field = OptionRange.Check(value, TimeSpan.FromMilliseconds(10), OptionRange.LongestWait); } = TimeSpan.FromSeconds(5);
}
