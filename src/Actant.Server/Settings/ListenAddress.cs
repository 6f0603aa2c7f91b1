using System.Net;

namespace Actant.Server.Settings;

/// <summary>Where the server may listen.</summary>
internal static class ListenAddress
{
    /// <summary>The end point of an URL, or why it cannot be one.</summary>
    public static (IPEndPoint? EndPoint, string? Error) Parse(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttp || uri.PathAndQuery != "/" || uri.UserInfo.Length > 0)
        {
            return (null, $"'{url}' is not an address such as {ServerSettings.DefaultUrl}.");
        }

        var address = uri.Host switch
        {
            "localhost" => IPAddress.Loopback,
            "*" or "+" => IPAddress.Any,
            var host => IPAddress.TryParse(host.Trim('[', ']'), out var parsed) ? parsed : null,
        };
        return address is null
            ? (null, $"'{url}' is no address of this machine: write an IP address, such as 127.0.0.1, or 0.0.0.0 for all of them.")
            : (new IPEndPoint(address, uri.Port), null);
    }

    /// <summary>Whether one connection could be to both.</summary>
    public static bool Overlap(IPEndPoint one, IPEndPoint other) => one.Port == other.Port && one.Port != 0
        && (one.Address.Equals(other.Address) || IsAny(one.Address) || IsAny(other.Address));

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
}
