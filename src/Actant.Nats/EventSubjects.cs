using System.Text.RegularExpressions;

namespace Actant.Nats;

/// <summary>On which subject events of threads are published.</summary>
internal static partial class EventSubjects
{
    /// <summary>
    /// Four parts or more: the beginning, the tenant, the thread, and what happened. Ids may hold anything: what is neither a letter of ASCII, a digit, nor one
    /// of <c>- _ ~</c> is escaped with <c>%</c>, so that no id leads to another thread's subject, or matches a wildcard.
    /// </summary>
    public static string Of(string prefix, ThreadKey thread, string kind) => $"{prefix}.{Token(thread.Tenant.Value)}.{Token(thread.Thread)}.{kind}";

    /// <summary>Whether subjects can begin with it.</summary>
    public static bool IsPrefix(string text) => text.Length <= 255 && Prefix.IsMatch(text);

    /// <summary>Whether some event would be published on a subject that a pattern takes.</summary>
    public static bool Meets(string prefix, string pattern)
    {
        var (ours, theirs) = (prefix.Split('.'), pattern.Split('.'));
        for (var i = 0; i < theirs.Length; i++)
        {
            if (theirs[i] == ">")
            {
                return true;
            }

            if (i < ours.Length && theirs[i] != "*" && theirs[i] != ours[i])
            {
                return false;
            }
        }

        return theirs.Length > ours.Length;
    }

    private static string Token(string id) => Uri.EscapeDataString(id).Replace(".", "%2E", StringComparison.Ordinal);

    [GeneratedRegex(@"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Prefix { get; }
}
