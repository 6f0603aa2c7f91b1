using Actant.Secrets;
using Actant.Server.Settings;

namespace Actant.Server.Hosting;

/// <summary>Where the encrypted store of a data folder and its key are.</summary>
internal static class SecretStore
{
    /// <summary>The store, if there is a key for it.</summary>
    /// <exception cref="SecretSourceException">The key cannot be used.</exception>
    public static EncryptedSecrets? Find(OutboundSettings settings, string data) =>
        settings.SecretsKey is { } key ? EncryptedSecrets.Open(FileOf(data), key)
        : EncryptedSecrets.OpenWithKeyFile(FileOf(data), KeyFileOf(settings, data));

    /// <summary>The store; makes a key if there is none.</summary>
    /// <exception cref="SecretSourceException">The key cannot be used or made.</exception>
    public static EncryptedSecrets FindOrCreate(OutboundSettings settings, string data)
    {
        Directory.CreateDirectory(data);
        return Find(settings, data) ?? EncryptedSecrets.CreateWithKeyFile(FileOf(data), KeyFileOf(settings, data));
    }

    private static string FileOf(string data) => Path.Combine(data, "secrets.json");

    private static string KeyFileOf(OutboundSettings settings, string data) => settings.SecretsKeyFile ?? Path.Combine(data, "secrets.key");
}
