namespace Actant;

/// <summary>Finds what somebody probably meant.</summary>
internal static class Spelling
{
    private const int LongestWord = 64;
    private const int MostCandidates = 256;

    /// <summary>A half-sentence that names the nearest candidate, or nothing.</summary>
    public static string Hint(string word, IEnumerable<string> candidates) =>
        Nearest(word, candidates) is { } nearest ? $"; did you mean `{nearest}`?" : "";

    /// <summary>The half-sentence, or the list of what there is where that is short enough to help.</summary>
    public static string HintOrList(string word, IReadOnlyCollection<string> candidates, string what)
    {
        var hint = Hint(word, candidates);
        return hint.Length > 0 || candidates.Count is 0 or > 20
            ? hint.Length > 0 ? hint : "."
            : $"; {what}: {string.Join(", ", candidates.Select(static candidate => $"`{candidate}`"))}.";
    }

    public static string? Nearest(string word, IEnumerable<string> candidates)
    {
        if (word.Length is 0 or > LongestWord)
        {
            return null;
        }

        var folded = Fold(word);
        string? nearest = null;
        var least = word.Length <= 3 ? 2 : word.Length <= 8 ? 3 : 4;
        foreach (var candidate in candidates.Take(MostCandidates))
        {
            if (candidate.Length > LongestWord || Math.Abs(candidate.Length - word.Length) >= least)
            {
                continue;
            }

            var distance = Distance(folded, Fold(candidate));
            if (distance < least)
            {
                (least, nearest) = (distance, candidate);
            }
        }

        return nearest;
    }

    private static string Fold(string word) => word.ToLowerInvariant().Replace('-', '_');

    /// <summary>Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).</summary>
    private static int Distance(string a, string b)
    {
        Span<int> earlier = stackalloc int[b.Length + 1];
        Span<int> previous = stackalloc int[b.Length + 1];
        Span<int> current = stackalloc int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
        {
            previous[j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                var least = Math.Min(Math.Min(previous[j] + 1, current[j - 1] + 1), previous[j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    least = Math.Min(least, earlier[j - 2] + 1);
                }

                current[j] = least;
            }

            var reused = earlier;
            earlier = previous;
            previous = current;
            current = reused;
        }

        return previous[b.Length];
    }
}
