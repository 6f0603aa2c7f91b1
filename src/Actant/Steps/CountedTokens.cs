using Actant.Journaling;
using Actant.LanguageModels;

namespace Actant.Steps;

/// <summary>
/// What a vendor counted, as far as it can be: costs, limits and sums follow from it, so nonsense counts as nothing, and is said.
/// </summary>
internal static class CountedTokens
{
    /// <summary>The counts that can be, and those that were refused; <c>null</c> if none was.</summary>
    public static (Usage Usage, string? Refused) Judge(Usage told)
    {
        List<string>? refused = null;
        var input = Check("input_tokens", told.Input, TokenTotals.Most);
        var usage = new Usage
        {
            Input = input,
            Output = Check("output_tokens", told.Output, TokenTotals.Most),

            // A part of the input, and not more of it than there is.
            Cached = Check("cached_tokens", told.Cached, input),
            CacheWrites = Check("cache_write_tokens", told.CacheWrites, input),
            Reasoning = Check("reasoning_tokens", told.Reasoning, TokenTotals.Most),
        };
        return (usage, refused is null ? null : string.Join(", ", refused));

        long Check(string name, long count, long most)
        {
            if (count >= 0 && count <= most)
            {
                return count;
            }

            (refused ??= []).Add($"{name} {count}");
            return 0;
        }
    }
}
