using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Actant.HttpTools;

/// <summary>Which headers a caller may set, and to what.</summary>
internal static partial class HeaderRules
{
    private const int LongestValue = 8 * 1024;

    // They belong to the connection, or would let one request pass for two.
    private static readonly HashSet<string> s_forbidden = new(StringComparer.OrdinalIgnoreCase)
    {
        "Host", "Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive", "Upgrade", "TE", "Trailer", "Expect",
        "Proxy-Authorization", "Proxy-Authenticate", "Proxy-Connection", "Accept-Encoding", "Content-Encoding",
    };

    /// <summary>Why a name cannot be set; <c>null</c> if it can.</summary>
    public static string? WhyNotName(string name) =>
        !Token().IsMatch(name) ? "is no name of a header"
        : s_forbidden.Contains(name) || name.StartsWith("Sec-", StringComparison.OrdinalIgnoreCase) ? "is set by the program itself"
        : null;

    /// <summary>Why a value cannot be sent; <c>null</c> if it can.</summary>
    public static string? WhyNotValue(string value) =>
        value.Length > LongestValue ? $"is longer than {LongestValue} characters"
        : !Visible().IsMatch(value) ? "has a line break or another character that headers cannot have"
        : null;

    /// <summary>The value itself if it is plain and short, else its hash.</summary>
    public static string AsToken(string value) =>
        value.Length is > 0 and <= 255 && Plain().IsMatch(value) ? value : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(value)));

    /// <summary>Sets a header on the request or its content. Both sides of it were checked.</summary>
    public static void Set(HttpRequestMessage request, string name, string value)
    {
        if (request.Headers.TryAddWithoutValidation(name, value))
        {
            return;
        }

        // A Content-Type that the caller states replaces the one that follows from the body.
        request.Content?.Headers.Remove(name);
        request.Content?.Headers.TryAddWithoutValidation(name, value);
    }

    [GeneratedRegex(@"\A[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Token();

    [GeneratedRegex(@"\A[\x20-\x7e\t]*\z", RegexOptions.NonBacktracking)]
    private static partial Regex Visible();

    [GeneratedRegex(@"\A[\x21-\x7e]+\z", RegexOptions.NonBacktracking)]
    private static partial Regex Plain();
}
