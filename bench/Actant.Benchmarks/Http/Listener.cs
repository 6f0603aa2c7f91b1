using System.Globalization;

namespace Actant.Benchmarks.Http;

/// <summary>Finds who listens on a port of this machine.</summary>
internal static class Listener
{
    private const string Listening = "0A";

    /// <summary>The process, if the address is this machine's, the system tells, and we may know.</summary>
    public static int? Find(Uri url)
    {
        if (!url.IsLoopback || !OperatingSystem.IsLinux())
        {
            return null;
        }

        var sockets = SocketsOn(url.Port).Select(inode => $"socket:[{inode}]").ToHashSet(StringComparer.Ordinal);
        return Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0)
            .Where(pid => pid > 0 && Holds(pid, sockets))
            .Select(pid => (int?)pid)
            .FirstOrDefault();
    }

    private static IEnumerable<string> SocketsOn(int port) =>
        from table in new[] { "/proc/net/tcp", "/proc/net/tcp6" }
        where File.Exists(table)
        from line in File.ReadLines(table).Skip(1)
        let fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        where fields[3] == Listening && fields[1].EndsWith($":{port:X4}", StringComparison.Ordinal)
        select fields[9];

    private static bool Holds(int pid, HashSet<string> sockets)
    {
        try
        {
            return Directory.EnumerateFiles($"/proc/{pid}/fd").Any(file => File.ResolveLinkTarget(file, returnFinalTarget: false) is { Name: var name } && sockets.Contains(name));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Another user's, or gone meanwhile.
            return false;
        }
    }
}
