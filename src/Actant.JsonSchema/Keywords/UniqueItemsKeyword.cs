using System.Text.Json;

namespace Actant.Schemas;

/// <summary>Short arrays are compared pair by pair; long ones by hash, because an attacker pays little for a long array.</summary>
internal sealed class UniqueItemsKeyword(KeywordSite site) : Keyword(site, JsonKinds.Array, KeywordPhase.Assertion)
{
    private const int PairwiseLimit = 8;

    public override bool Evaluate(JsonElement instance, ref Evaluation evaluation)
    {
        var count = instance.GetArrayLength();
        if (count < 2)
        {
            return true;
        }

        var (first, second) = count <= PairwiseLimit ? FindPairwise(instance, ref evaluation) : FindHashed(instance, ref evaluation);
        if (second == 0)
        {
            return evaluation.StopReason is null;
        }

        return evaluation.IsCollecting && evaluation.Report(this, $"items must be unique, but items {first} and {second} are equal; remove one");
    }

    private static (int First, int Second) FindPairwise(JsonElement instance, ref Evaluation evaluation)
    {
        var second = 0;
        foreach (var item in instance.EnumerateArray())
        {
            var first = 0;
            foreach (var earlier in instance.EnumerateArray())
            {
                if (first == second)
                {
                    break;
                }

                if (JsonEquality.Equal(earlier, item, ref evaluation))
                {
                    return (first, second);
                }

                first++;
            }

            second++;
        }

        return default;
    }

    private static (int First, int Second) FindHashed(JsonElement instance, ref Evaluation evaluation)
    {
        var latest = new Dictionary<int, int>();
        var items = new List<(JsonElement Value, int EarlierWithSameHash)>();
        foreach (var item in instance.EnumerateArray())
        {
            var hash = JsonEquality.Hash(item, ref evaluation);
            if (evaluation.StopReason is not null)
            {
                return default;
            }

            var earlier = latest.GetValueOrDefault(hash, -1);
            for (var i = earlier; i >= 0; i = items[i].EarlierWithSameHash)
            {
                if (!evaluation.Charge(1) || JsonEquality.Equal(items[i].Value, item, ref evaluation))
                {
                    return evaluation.StopReason is null ? (i, items.Count) : default;
                }
            }

            latest[hash] = items.Count;
            items.Add((item, earlier));
        }

        return default;
    }
}
