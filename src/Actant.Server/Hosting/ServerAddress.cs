namespace Actant.Server.Hosting;

/// <summary>The file in a data folder that says where its server listens, so that the command line finds it.</summary>
internal static class ServerAddress
{
    private const string FileName = "server.url";

    public static void Write(string data, string url)
    {
        // All addresses of a machine are no address that can be asked.
        var reachable = url.Replace("//0.0.0.0:", "//127.0.0.1:", StringComparison.Ordinal).Replace("//[::]:", "//[::1]:", StringComparison.Ordinal);
        try
        {
            File.WriteAllText(Path.Combine(data, FileName), reachable);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // On a full disk commands need to be told where the server is.
        }
    }

    public static string? Read(string data)
    {
        try
        {
            var text = File.ReadAllText(Path.Combine(data, FileName)).Trim();
            return Uri.TryCreate(text, UriKind.Absolute, out _) ? text : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public static void Remove(string data)
    {
        try
        {
            File.Delete(Path.Combine(data, FileName));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A stale address is only asked in vain.
        }
    }
}
