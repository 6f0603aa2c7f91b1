using System.Buffers;
using System.Text.Json;

namespace Actant.Schemas;

/// <summary><c>required</c>: one walk over the instance ticks names off in a bit set, so many names do not cost a search each.</summary>
internal sealed class RequiredKeyword(KeywordSite site, NameTable names) : Keyword(site, JsonKinds.Object, KeywordPhase.Assertion)
{
    private const int StackWords = 8;

    public override bool Evaluate(JsonElement instance, ref Evaluation evaluation)
    {
        if (!evaluation.Charge(instance.GetPropertyCount()))
        {
            return false;
        }

        var words = (names.Count + 63) / 64;
        var rented = words > StackWords ? ArrayPool<ulong>.Shared.Rent(words) : null;
        var seen = rented is null ? stackalloc ulong[StackWords] : rented;
        seen = seen[..words];
        seen.Clear();
        var missing = names.Count;
        foreach (var property in instance.EnumerateObject())
        {
            var index = names.Find(JsonText.Raw(property));
            if (index >= 0 && (seen[index / 64] & (1UL << (index % 64))) == 0)
            {
                seen[index / 64] |= 1UL << (index % 64);
                missing--;
            }
        }

        if (missing > 0 && evaluation.IsCollecting)
        {
            Report(seen, ref evaluation);
        }

        if (rented is not null)
        {
            ArrayPool<ulong>.Shared.Return(rented);
        }

        return missing == 0;
    }

    private void Report(scoped ReadOnlySpan<ulong> seen, ref Evaluation evaluation)
    {
        for (var i = 0; i < names.Count && evaluation.Errors is { IsFull: false }; i++)
        {
            if ((seen[i / 64] & (1UL << (i % 64))) == 0)
            {
                evaluation.Report(this, $"`{JsonDescription.Shorten(names[i])}` is required");
            }
        }
    }
}
