using System.Security.Cryptography;

namespace Actant.Secrets;

/// <summary>The key of the encrypted store: 32 bytes, written as base64.</summary>
internal static class SecretKey
{
    public const int Bytes = 32;
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <exception cref="SecretSourceException">It is no key.</exception>
    public static byte[] Parse(string text, string from)
    {
        var key = new byte[Bytes];
        return Convert.TryFromBase64String(text.Trim(), key, out var written) && written == Bytes ? key
            : throw new SecretSourceException($"{from} does not hold {Bytes} bytes in base64; make them with: openssl rand -base64 {Bytes}");
    }

    /// <summary>Reads a key file; <c>null</c> if there is none.</summary>
    /// <exception cref="SecretSourceException">It is no key, or others may read it.</exception>
    public static byte[]? Read(string file)
    {
        if (!File.Exists(file))
        {
            return null;
        }

        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & Others) != UnixFileMode.None)
        {
            throw new SecretSourceException($"Others may read the key file '{file}'; mend it with: chmod 600 {file}");
        }

        try
        {
            return Parse(File.ReadAllText(file), $"The key file '{file}'");
        }
        catch (Exception exception) when (exception is (IOException or UnauthorizedAccessException) and not SecretSourceException)
        {
            throw new SecretSourceException($"The key file '{file}' cannot be read.", exception);
        }
    }

    /// <summary>Makes a key and a file for it that only its owner can read; never over another.</summary>
    public static byte[] Create(string file)
    {
        var key = RandomNumberGenerator.GetBytes(Bytes);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var writer = new StreamWriter(file, options);
        writer.WriteLine(Convert.ToBase64String(key));
        return key;
    }
}
