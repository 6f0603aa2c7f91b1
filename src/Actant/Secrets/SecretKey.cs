using System.Security.Cryptography;

namespace Actant.Secrets;

/// <summary>Keys of the encrypted store: 32 bytes each, written as base64, several with white space or commas between them.</summary>
internal static class SecretKey
{
    public const int Bytes = 32;
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private static readonly char[] s_between = [' ', '\t', '\r', '\n', ','];

    /// <exception cref="SecretSourceException">Something in it is no key, or there are too many.</exception>
    public static SecretKeyRing Parse(string text, string from)
    {
        var keys = text.Split(s_between, StringSplitOptions.RemoveEmptyEntries);
        return keys.Length is > 0 and <= SecretKeyRing.MostKeys ? new SecretKeyRing(keys.Select(key => (ReadOnlyMemory<byte>)ParseOne(key, from)))
            : throw new SecretSourceException($"{from} holds {keys.Length} keys; 1 to {SecretKeyRing.MostKeys} can be.");
    }

    private static byte[] ParseOne(string text, string from)
    {
        var key = new byte[Bytes];
        return Convert.TryFromBase64String(text, key, out var written) && written == Bytes ? key
            : throw new SecretSourceException($"{from} does not hold {Bytes} bytes in base64; make them with: openssl rand -base64 {Bytes}");
    }

    /// <summary>Reads a key file; <c>null</c> if there is none.</summary>
    /// <exception cref="SecretSourceException">It is no key, or others may read it.</exception>
    public static SecretKeyRing? Read(string file)
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
    public static SecretKeyRing Create(string file)
    {
        var key = RandomNumberGenerator.GetBytes(Bytes);
        Write(file, FileMode.CreateNew, Convert.ToBase64String(key));
        return new SecretKeyRing([key]);
    }

    /// <summary>Makes a key that seals from now on, and runs what seals everything anew; the old ones open until that is done. Nobody else may do so at once.</summary>
    /// <exception cref="SecretSourceException">The file holds no key, others may read it, or it cannot be written.</exception>
    public static int Replace(string file, Func<int> seal)
    {
        try
        {
            using var alone = new FileStream($"{file}.lock", Private(FileMode.OpenOrCreate, FileAccess.ReadWrite));
            _ = Read(file) ?? throw new SecretSourceException($"There is no key file '{file}'.");
            var (old, made) = (File.ReadAllText(file).Split(s_between, StringSplitOptions.RemoveEmptyEntries), Convert.ToBase64String(RandomNumberGenerator.GetBytes(Bytes)));
            Put(file, [made, .. old]);
            var count = seal();
            Put(file, [made]);
            return count;
        }
        catch (Exception exception) when (exception is (IOException or UnauthorizedAccessException) and not SecretSourceException)
        {
            throw new SecretSourceException($"The key file '{file}' cannot be changed: {exception.Message}", exception);
        }
    }

    private static void Put(string file, IEnumerable<string> keys)
    {
        Write($"{file}.new", FileMode.Create, string.Join(Environment.NewLine, keys));
        File.Move($"{file}.new", file, overwrite: true);
    }

    private static void Write(string file, FileMode mode, string text)
    {
        using var stream = new FileStream(file, Private(mode, FileAccess.Write));
        using (var writer = new StreamWriter(stream, leaveOpen: true))
        {
            writer.WriteLine(text);
        }

        stream.Flush(flushToDisk: true);
    }

    private static FileStreamOptions Private(FileMode mode, FileAccess access)
    {
        var options = new FileStreamOptions { Mode = mode, Access = access, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }
}
