using Actant.Secrets;
using Actant.Server.Settings;
using Actant.Storage;
using Microsoft.Extensions.Logging;

namespace Actant.Server.Hosting;

/// <summary>Where the encrypted store and its key are: beside a database in that, else in the data folder.</summary>
internal static class SecretStore
{
    /// <summary>What a process keeps its secrets in; in a data folder it comes into being with the first secret.</summary>
    /// <exception cref="SecretSourceException">The key cannot be used.</exception>
    public static ISecretStore Open(OutboundSettings settings, StorageSettings storage, string data, IActantStore store, ILoggerFactory? logs = null) =>
        storage.Postgres is null ? new LocalSecrets(settings, data)
        : settings is { SecretsKey: null, SecretsKeyFile: { } file } ? StoredSecrets.OpenWithKeyFile(store, file, logs)
        : StoredSecrets.Open(store, settings.SecretsKey, logs);

    /// <summary>The store of a data folder, if there is a key for it.</summary>
    /// <exception cref="SecretSourceException">The key cannot be used.</exception>
    public static EncryptedSecrets? Find(OutboundSettings settings, string data) =>
        settings.SecretsKey is { } key ? EncryptedSecrets.Open(FileOf(data), key)
        : EncryptedSecrets.OpenWithKeyFile(FileOf(data), KeyFileOf(settings, data));

    /// <summary>The store of a data folder; makes a key if there is none.</summary>
    /// <exception cref="SecretSourceException">The key cannot be used or made.</exception>
    public static EncryptedSecrets FindOrCreate(OutboundSettings settings, string data)
    {
        Directory.CreateDirectory(data);
        return Find(settings, data) ?? EncryptedSecrets.CreateWithKeyFile(FileOf(data), KeyFileOf(settings, data));
    }

    /// <summary>Puts a new key in the place of the data folder's own.</summary>
    /// <exception cref="SecretSourceException">There is none, or something cannot be written.</exception>
    public static int ReplaceKey(OutboundSettings settings, string data) => EncryptedSecrets.ReplaceKey(FileOf(data), KeyFileOf(settings, data));

    private static string FileOf(string data) => Path.Combine(data, "secrets.json");

    private static string KeyFileOf(OutboundSettings settings, string data) => settings.SecretsKeyFile ?? Path.Combine(data, "secrets.key");
}
