using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Actant.Egress;

/// <summary>A URL as it will be called: one reading, made of the text itself, so that what is checked is what is connected to.</summary>
internal sealed partial record EgressUrl
{
    private const int LongestUrl = 8 * 1024;

    private EgressUrl(Uri uri, string host, IPAddress? address)
    {
        Uri = uri;
        Host = host;
        Address = address;
    }

    /// <summary>Absolute, with the normalised host.</summary>
    public Uri Uri { get; }

    /// <summary>Lower case ASCII without a dot at the end; an IPv6 address without brackets.</summary>
    public string Host { get; }

    /// <summary>The address, if the host is one.</summary>
    public IPAddress? Address { get; }

    /// <summary>Reads a URL.</summary>
    /// <exception cref="EgressException">It cannot be called, or hides where it leads.</exception>
    public static EgressUrl Parse(string text)
    {
        if (text.Length > LongestUrl)
        {
            throw Invalid($"the URL has {text.Length} characters; at most {LongestUrl} are allowed");
        }

        if (text.AsSpan().IndexOfAnyInRange('\0', ' ') >= 0 || text.Contains('\\', StringComparison.Ordinal) || text.AsSpan().ContainsAny("\u007f\u0085\u2028\u2029\ufeff"))
        {
            throw Invalid("the URL has white space, a control character or a backslash; percent-encode it");
        }

        if (Form().Match(text) is not { Success: true } match)
        {
            throw Invalid("it is no absolute URL such as https://api.example.com/path");
        }

        var authority = match.Groups["authority"].Value;
        if (authority.Contains('@', StringComparison.Ordinal))
        {
            throw Invalid("the URL has a user or password before '@'; send credentials in a header");
        }

        var (written, port) = Split(authority);
        var address = written.StartsWith('[') ? ReadIPv6(written) : null;
        var host = address is not null ? address.ToString() : HostName.Normalise(written);
        address ??= HostName.ReadIPv4(host);
        var rest = match.Groups["rest"].Value;
        var inUrl = address?.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{host}]" : host;
        var scheme = match.Groups["scheme"].Value.ToLowerInvariant();
        if (!Uri.TryCreate($"{scheme}://{inUrl}{port}{(rest.StartsWith('/') ? rest : $"/{rest}")}", UriKind.Absolute, out var uri))
        {
            throw Invalid("it is no URL");
        }

        // Belt and braces: whoever connects reads the host from the Uri.
        return uri.IdnHost == host && uri.UserInfo.Length == 0 ? new EgressUrl(uri, host, address) : throw Invalid("its host can be read in two ways");
    }

    /// <summary>The URL that a redirect leads to.</summary>
    /// <exception cref="EgressException">It leads to no URL.</exception>
    public EgressUrl Follow(string location)
    {
        if (location.Length > LongestUrl || location.Contains('\\', StringComparison.Ordinal) || location.AsSpan().IndexOfAnyInRange('\0', ' ') >= 0)
        {
            throw Invalid("the redirect leads to something that is no URL");
        }

        return Scheme().IsMatch(location) ? Parse(location)
            : location.StartsWith("//", StringComparison.Ordinal) ? Parse($"{Uri.Scheme}:{location}")
            : Uri.TryCreate(Uri, location, out var uri) ? Parse(uri.AbsoluteUri)
            : throw Invalid("the redirect leads to something that is no URL");
    }

    /// <summary>Whether headers and bodies for the one may go to the other.</summary>
    public bool IsSameOrigin(EgressUrl other) => Uri.Scheme == other.Uri.Scheme && Host == other.Host && Uri.Port == other.Uri.Port;

    internal static EgressException Invalid(string why) => new(EgressErrors.InvalidUrl, $"The URL cannot be called: {why}.");

    private static (string Host, string Port) Split(string authority)
    {
        var end = authority.StartsWith('[') ? authority.IndexOf(']', StringComparison.Ordinal) + 1 : authority.IndexOf(':', StringComparison.Ordinal);
        end = end < 0 ? authority.Length : end;
        var port = authority[end..];
        return port.Length is 0 or 1 && port is "" or ":" ? (authority[..end], "")
            : Port().IsMatch(port) && int.Parse(port.AsSpan(1), provider: null) is > 0 and <= ushort.MaxValue ? (authority[..end], port)
            : throw Invalid("its port is no number from 1 to 65535");
    }

    private static IPAddress ReadIPv6(string written) =>
        !written.Contains('%', StringComparison.Ordinal) && written.EndsWith(']') && IPAddress.TryParse(written.AsSpan(1, written.Length - 2), out var address)
        && address.AddressFamily == AddressFamily.InterNetworkV6
            ? address
            : throw Invalid("what stands in brackets is no IPv6 address (with no zone)");

    [GeneratedRegex(@"\A(?<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?<authority>[^/?#]+)(?<rest>[/?#].*)?\z", RegexOptions.NonBacktracking | RegexOptions.Singleline)]
    private static partial Regex Form();

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9+.-]*:", RegexOptions.NonBacktracking)]
    private static partial Regex Scheme();

    [GeneratedRegex(@"\A:[0-9]{1,5}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Port();
}
