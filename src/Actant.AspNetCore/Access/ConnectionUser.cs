using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace Actant.AspNetCore.Access;

/// <summary>
/// Whose program holds the other end of a connection inside this machine, as Linux tells it: a proxy that says nothing of itself runs as another
/// user than the server that it stands before.
/// </summary>
internal static class ConnectionUser
{
    private const string Established = "01";
    private const string Root = "0";
    private const string NoInode = "0";
    private const int Columns = 10;

    private static readonly object s_key = new();
    private static readonly string[] s_tables = ["/proc/net/tcp", "/proc/net/tcp6"];
    private static readonly Lazy<string?> s_own = new(static () => OwnUser());

    /// <summary>Whether the user of this process, or root, asks; <c>null</c> where the system does not tell. Found out once for each connection.</summary>
    public static bool? IsOwn(HttpContext context)
    {
        var connection = context.Connection;
        if (s_own.Value is not { } user || connection.RemoteIpAddress is not { } client || connection.LocalIpAddress is not { } server)
        {
            return null;
        }

        var items = context.Features.Get<IConnectionItemsFeature>()?.Items;
        if (items?.TryGetValue(s_key, out var known) == true)
        {
            return (bool?)known;
        }

        var isOwn = Ask(new IPEndPoint(client, connection.RemotePort), new IPEndPoint(server, connection.LocalPort), user);
        items?[s_key] = isOwn;
        return isOwn;
    }

    /// <summary>What the system's tables say.</summary>
    /// <param name="lines">The lines of <c>/proc/net/tcp</c> and <c>tcp6</c>.</param>
    /// <param name="client">Who connected.</param>
    /// <param name="server">What they connected to.</param>
    /// <param name="user">The user's number.</param>
    public static bool? Judge(IEnumerable<string> lines, IPEndPoint client, IPEndPoint server, string user)
    {
        var (from, to) = ($":{client.Port:X4}", $":{server.Port:X4}");
        var isOpen = false;
        foreach (var line in lines)
        {
            if (!line.Contains(from, StringComparison.Ordinal) || line.Split(' ', Columns + 1, StringSplitOptions.RemoveEmptyEntries) is not { Length: >= Columns } columns)
            {
                continue;
            }

            if (Is(columns[1], client, from) && Is(columns[2], server, to))
            {
                // What nobody holds any more has no inode, and counts as root's.
                return columns[3] == Established && columns[9] != NoInode && (columns[7] == user || columns[7] == Root);
            }

            isOpen |= columns[3] == Established && Is(columns[1], server, to) && Is(columns[2], client, from);
        }

        // A connection that is open here and nowhere else comes from below this system, as that of a virtual machine's host.
        return isOpen ? null : false;
    }

    private static bool? Ask(IPEndPoint client, IPEndPoint server, string user)
    {
        try
        {
            return Judge(s_tables.Where(File.Exists).SelectMany(File.ReadLines), client, server, user);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static bool Is(string column, IPEndPoint point, string port) =>
        column.EndsWith(port, StringComparison.Ordinal) && AddressOf(column.AsSpan(0, column.Length - port.Length)) is { } address && address.Equals(Plain(point.Address));

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6
        ? new IPAddress(address.GetAddressBytes()) : address;

    // Words of four bytes, each as the processor would write it.
    private static IPAddress? AddressOf(ReadOnlySpan<char> hex)
    {
        const int Word = 8;
        if (hex.Length is not (Word or (4 * Word)))
        {
            return null;
        }

        var bytes = new byte[hex.Length / 2];
        for (var at = 0; at < hex.Length; at += Word)
        {
            if (!uint.TryParse(hex.Slice(at, Word), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var word))
            {
                return null;
            }

            BitConverter.TryWriteBytes(bytes.AsSpan(at / 2), word);
        }

        return Plain(new IPAddress(bytes));
    }

    private static string? OwnUser()
    {
        try
        {
            // Real, effective, saved, of files.
            return OperatingSystem.IsLinux()
                ? File.ReadLines("/proc/self/status").FirstOrDefault(static line => line.StartsWith("Uid:", StringComparison.Ordinal))?.Split('\t', StringSplitOptions.RemoveEmptyEntries).ElementAtOrDefault(2)
                : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
