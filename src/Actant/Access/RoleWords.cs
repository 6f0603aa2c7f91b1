namespace Actant.Access;

/// <summary>The words for roles.</summary>
internal static class RoleWords
{
    private static readonly string[] s_words = ["viewer", "runner", "editor", "admin"];

    /// <summary>All of them, the least first.</summary>
    public static IReadOnlyList<string> All => s_words;

    /// <summary>The word; <c>none</c> for what is no role.</summary>
    public static string Of(Role role) => s_words.ElementAtOrDefault((int)role) ?? "none";

    /// <summary>The role that a word means.</summary>
    /// <exception cref="ArgumentException">It means none.</exception>
    public static Role Parse(string word) => Array.IndexOf(s_words, word) is >= 0 and var index
        ? (Role)index
        : throw new ArgumentException($"There are the roles {string.Join(", ", s_words)}.", nameof(word));
}
