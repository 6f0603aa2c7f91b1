using System.Buffers;
using System.Net;

namespace Actant.Schemas;

/// <summary>IP addresses in their plain forms: no octal, no zone, no prefix length.</summary>
internal static class AddressFormat
{
    private static readonly SearchValues<char> s_ipv6 = SearchValues.Create("0123456789abcdefABCDEF:.");

    public static bool IsIPv4(ReadOnlySpan<char> text)
    {
        if (text.Length > 15)
        {
            return false;
        }

        var parts = 0;
        foreach (var range in text.Split('.'))
        {
            var part = text[range];
            if (++parts > 4 || part.Length is 0 or > 3 || part.ContainsAnyExceptInRange('0', '9') || (part.Length > 1 && part[0] == '0')
                || int.Parse(part) > 255)
            {
                return false;
            }
        }

        return parts == 4;
    }

    public static bool IsIPv6(ReadOnlySpan<char> text)
    {
        if (text.Length > 45 || !text.Contains(':') || text.ContainsAnyExcept(s_ipv6))
        {
            return false;
        }

        if (text.Contains('.') && !IsIPv4(text[(text.LastIndexOf(':') + 1)..]))
        {
            return false;
        }

        foreach (var range in text.Split(':'))
        {
            if (!text[range].Contains('.') && text[range].Length > 4)
            {
                return false;
            }
        }

        return IPAddress.TryParse(text, out _);
    }
}
