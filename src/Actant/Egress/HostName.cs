using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Actant.Egress;

/// <summary>The one spelling of a host.</summary>
internal static partial class HostName
{
    private const int LongestName = 253;
    private static readonly IdnMapping s_idn = new() { UseStd3AsciiRules = false };

    /// <summary>Lower case ASCII, without the dot at the end.</summary>
    /// <exception cref="EgressException">It is no host name, or an address in another spelling than four decimal numbers.</exception>
    public static string Normalise(string written)
    {
        var name = written.EndsWith('.') ? written[..^1] : written;
        name = name.ToLowerInvariant();
        name = Ascii.IsValid(name) ? name : ToAscii(name);
        var labels = name.Split('.');
        if (name.Length > LongestName || Array.Exists(labels, label => !Label().IsMatch(label)))
        {
            throw EgressUrl.Invalid("its host is no host name");
        }

        // Resolvers read such names as addresses: 2130706433, 0x7f.1, 0177.0.0.1.
        return !Number().IsMatch(labels[^1]) || ReadIPv4(name) is not null ? name
            : throw EgressUrl.Invalid("its host is an address in an odd spelling; write four decimal numbers without leading zeros");
    }

    /// <summary>The address, if the host is four plain decimal numbers.</summary>
    public static IPAddress? ReadIPv4(string host) =>
        Quad().IsMatch(host) && IPAddress.TryParse(host, out var address) && address.AddressFamily == AddressFamily.InterNetwork ? address : null;

    private static string ToAscii(string name)
    {
        // Without this, forms that only look like a letter or a dot (fullwidth, circled, ligatures) would name hosts of their own.
        if (name.EnumerateRunes().Any(rune => !rune.IsAscii && !IsPlainLetter(rune)))
        {
            throw EgressUrl.Invalid("its host has a character that host names cannot have");
        }

        try
        {
            return s_idn.GetAscii(name).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            throw EgressUrl.Invalid("its host is no host name");
        }
    }

    private static bool IsPlainLetter(Rune rune) =>
        rune.Value is not (0xAA or 0xBA or (>= 0x2100 and <= 0x214F) or (>= 0xFB00 and <= 0xFDFF) or (>= 0xFE70 and <= 0xFFEF) or (>= 0x1D400 and <= 0x1D7FF))
        && Rune.GetUnicodeCategory(rune) is UnicodeCategory.LowercaseLetter or UnicodeCategory.OtherLetter
            or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    // An underscore is no letter of host names, but services use it.
    [GeneratedRegex(@"\A[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Label();

    [GeneratedRegex(@"\A([0-9]+|0x[0-9a-f]*)\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Number();

    [GeneratedRegex(@"\A(0|[1-9][0-9]{0,2})(\.(0|[1-9][0-9]{0,2})){3}\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Quad();
}
