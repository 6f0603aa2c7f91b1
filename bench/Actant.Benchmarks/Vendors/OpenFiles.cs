using System.Globalization;

namespace Actant.Benchmarks.Vendors;

/// <summary>How many connections a process may have open.</summary>
internal static class OpenFiles
{
    private const int Others = 500;

    /// <summary>What to do if a process may not have so many connections; <c>null</c> if it may. The runtime itself raises the soft limit to the hard one.</summary>
    public static string? FaultWith(int connections)
    {
        var line = File.Exists("/proc/self/limits") ? File.ReadLines("/proc/self/limits").FirstOrDefault(static line => line.StartsWith("Max open files", StringComparison.Ordinal)) : null;
        var needed = connections + Others;
        return line?.Split(' ', StringSplitOptions.RemoveEmptyEntries)[4] is { } hard
            && long.TryParse(hard, NumberStyles.None, CultureInfo.InvariantCulture, out var most) && most < needed
            ? $"{connections:N0} connections need {needed} open files in a process, and the hard limit is {most}. Raise it for this shell: sudo prlimit --pid $$ --nofile={needed}:{needed}"
            : null;
    }
}
