using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Actant.Vault;
using Microsoft.Extensions.Configuration;

namespace Actant.Server.Settings;

/// <summary>Reads the section <c>Vault</c>, and the variables of other systems; never tells a token.</summary>
internal sealed class VaultReader(IConfiguration configuration, ICollection<string> errors)
{
    private const string Section = "Actant:Vault";

    private static readonly string[] s_names = ["Address", "Token", "Role", "AuthPath", "TokenFile", "Mount", "Prefix", "DatabasePath", "Namespace", "CaFile", "RefreshSeconds"];

    /// <summary>Which Vault; <c>null</c> if none.</summary>
    public VaultOptions? Read()
    {
        Configuration.CheckNames(configuration.GetSection(Section), s_names, errors);
        var (text, source) = Value("Address") is { } own ? (own, $"{Section}:Address") : (Text("VAULT_ADDR"), "VAULT_ADDR");
        if (text is null)
        {
            return null;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address is not { Scheme: "http" or "https", UserInfo: "", Query: "", Fragment: "" })
        {
            errors.Add($"{source}: '{text}' is no address such as https://vault.vault.svc:8200.");
            return null;
        }

        var authorities = Authorities();
        var preset = new VaultOptions { Address = address };
        return new VaultOptions
        {
            Address = address,
            Token = Value("Token") ?? Text("VAULT_TOKEN"),
            Role = Value("Role") ?? preset.Role,
            AuthPath = Value("AuthPath") ?? preset.AuthPath,
            TokenFile = Value("TokenFile") ?? preset.TokenFile,
            Mount = Value("Mount") ?? preset.Mount,
            Prefix = Value("Prefix") ?? preset.Prefix,
            DatabasePath = Value("DatabasePath"),
            Namespace = Value("Namespace") ?? Text("VAULT_NAMESPACE"),
            Authorities = authorities,
            RefreshEvery = TimeSpan.FromSeconds(Configuration.Number($"{Section}:RefreshSeconds", Value("RefreshSeconds"), 1, 86_400, errors) ?? (long)preset.RefreshEvery.TotalSeconds),
        };
    }

    private X509Certificate2Collection? Authorities()
    {
        var (file, source) = Value("CaFile") is { } own ? (own, $"{Section}:CaFile") : (Text("VAULT_CACERT"), "VAULT_CACERT");
        if (file is null)
        {
            return null;
        }

        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPemFile(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            errors.Add($"{source}: '{file}' cannot be read: {exception.Message}");
            return null;
        }

        if (authorities.Count == 0)
        {
            errors.Add($"{source}: '{file}' holds no certificate in PEM.");
        }

        return authorities;
    }

    private string? Value(string name) => Text($"{Section}:{name}");

    private string? Text(string name) => configuration[name] is { Length: > 0 } value ? value : null;
}
