using System.Buffers;

namespace Actant.Schemas;

/// <summary>Mailboxes of RFC 5321: a dotted or quoted local part, then a host name or an address in brackets.</summary>
internal static class EmailFormat
{
    private const int MaxLength = 254;

    private static readonly SearchValues<char> s_atom =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~.");

    public static bool IsEmail(ReadOnlySpan<char> text)
    {
        var at = text.LastIndexOf('@');
        return text.Length <= MaxLength && at > 0 && IsLocal(text[..at]) && IsDomain(text[(at + 1)..]);
    }

    private static bool IsLocal(ReadOnlySpan<char> local)
    {
        if (local[0] == '"')
        {
            return IsQuoted(local);
        }

        return local[0] != '.' && local[^1] != '.' && !local.Contains("..", StringComparison.Ordinal) && !local.ContainsAnyExcept(s_atom);
    }

    private static bool IsQuoted(ReadOnlySpan<char> local)
    {
        for (var i = 1; i < local.Length - 1; i++)
        {
            if (local[i] == '\\')
            {
                i++;
            }

            if (i >= local.Length - 1 || !char.IsBetween(local[i], ' ', '~') || (local[i] == '"' && local[i - 1] != '\\'))
            {
                return false;
            }
        }

        return local.Length > 1 && local[^1] == '"';
    }

    private static bool IsDomain(ReadOnlySpan<char> domain)
    {
        if (domain is ['[', .. var literal, ']'])
        {
            return literal.StartsWith("IPv6:", StringComparison.Ordinal) ? AddressFormat.IsIPv6(literal[5..]) : AddressFormat.IsIPv4(literal);
        }

        foreach (var range in domain.Split('.'))
        {
            var label = domain[range];
            if (label.Length is 0 or > 63 || label[0] == '-' || label[^1] == '-')
            {
                return false;
            }

            foreach (var letter in label)
            {
                if (!char.IsAsciiLetterOrDigit(letter) && letter != '-')
                {
                    return false;
                }
            }
        }

        return true;
    }
}
