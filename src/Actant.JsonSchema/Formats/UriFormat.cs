using System.Buffers;

namespace Actant.Schemas;

/// <summary>URIs of RFC 3986 with a scheme, checked by its grammar: <see cref="Uri"/> accepts and repairs much more.</summary>
internal static class UriFormat
{
    private const string Unreserved = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
    private const string SubDelimiters = "!$&'()*+,;=";

    private static readonly SearchValues<char> s_user = SearchValues.Create(Unreserved + SubDelimiters + ":%");
    private static readonly SearchValues<char> s_host = SearchValues.Create(Unreserved + SubDelimiters + "%");
    private static readonly SearchValues<char> s_path = SearchValues.Create(Unreserved + SubDelimiters + ":@/%");
    private static readonly SearchValues<char> s_query = SearchValues.Create(Unreserved + SubDelimiters + ":@/?%");

    public static bool IsUri(ReadOnlySpan<char> text)
    {
        var colon = text.IndexOf(':');
        if (colon < 1 || !IsScheme(text[..colon]) || !HasOnlyWholeEscapes(text))
        {
            return false;
        }

        var rest = text[(colon + 1)..];
        rest = TakeTail(rest, '#', out var fragment);
        rest = TakeTail(rest, '?', out var query);
        if (fragment.ContainsAnyExcept(s_query) || query.ContainsAnyExcept(s_query))
        {
            return false;
        }

        if (!rest.StartsWith("//", StringComparison.Ordinal))
        {
            return !rest.ContainsAnyExcept(s_path);
        }

        rest = rest[2..];
        var slash = rest.IndexOf('/');
        var authority = slash < 0 ? rest : rest[..slash];
        return IsAuthority(authority) && !rest[authority.Length..].ContainsAnyExcept(s_path);
    }

    private static bool IsScheme(ReadOnlySpan<char> scheme)
    {
        foreach (var letter in scheme)
        {
            if (!char.IsAsciiLetterOrDigit(letter) && letter is not ('+' or '-' or '.'))
            {
                return false;
            }
        }

        return char.IsAsciiLetter(scheme[0]);
    }

    private static bool IsAuthority(ReadOnlySpan<char> authority)
    {
        var at = authority.IndexOf('@');
        if (at >= 0 && authority[..at].ContainsAnyExcept(s_user))
        {
            return false;
        }

        var host = authority[(at + 1)..];
        var port = host.LastIndexOf(':');
        if (port > host.LastIndexOf(']'))
        {
            if (host[(port + 1)..].ContainsAnyExceptInRange('0', '9'))
            {
                return false;
            }

            host = host[..port];
        }

        return host is ['[', .. var literal, ']']
            ? AddressFormat.IsIPv6(literal) || (literal.Length > 0 && literal[0] is 'v' or 'V' && !literal.ContainsAnyExcept(s_user))
            : !host.ContainsAnyExcept(s_host);
    }

    private static bool HasOnlyWholeEscapes(ReadOnlySpan<char> text)
    {
        for (var i = text.IndexOf('%'); i >= 0 && i < text.Length; i++)
        {
            if (text[i] == '%' && (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2])))
            {
                return false;
            }
        }

        return true;
    }

    private static ReadOnlySpan<char> TakeTail(ReadOnlySpan<char> text, char mark, out ReadOnlySpan<char> tail)
    {
        var at = text.IndexOf(mark);
        tail = at < 0 ? default : text[(at + 1)..];
        return at < 0 ? text : text[..at];
    }
}
