using System.Globalization;
using System.Text.Json;

namespace Actant.LanguageModels;

/// <summary>Counts of tokens as vendors tell them: sums so far, as often as they like, and some tell zeros at the end.</summary>
internal static class TokenTotals
{
    /// <summary>More than any model can read or write in one call.</summary>
    public const long Most = 100_000_000;

    private const double Absurd = 1e15;

    /// <summary>Which of two totals counts: the larger; what cannot be one only where there is no other, for it is refused where counts are judged.</summary>
    public static long Larger(long before, long told) =>
        !IsPossible(told) && before != 0 ? before
        : !IsPossible(before) && told != 0 ? told
        : IsPossible(told) ? Math.Max(before, told) : told;

    /// <summary>A count, however it is written: as a number with or without a fraction, or as its text; 0 for anything else.</summary>
    public static long Read(JsonElement count) => count.ValueKind switch
    {
        JsonValueKind.Number when count.TryGetDouble(out var number) => (long)Math.Clamp(number, -Absurd, Absurd),
        JsonValueKind.String when double.TryParse(count.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) =>
            (long)Math.Clamp(number, -Absurd, Absurd),
        _ => 0,
    };

    private static bool IsPossible(long count) => count is >= 0 and <= Most;
}
