using System.Text.RegularExpressions;

namespace Actant.Secrets;

/// <summary>What names a secret: 1 to 128 letters, digits, <c>. _ -</c>, beginning with a letter or digit.</summary>
internal static partial class SecretName
{
    public const int LongestValue = 64 * 1024;

    public static bool IsValid(string name) => Form().IsMatch(name);

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,127}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Form();
}
