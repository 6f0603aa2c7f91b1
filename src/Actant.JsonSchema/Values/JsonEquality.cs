using System.Text.Json;

namespace Actant.Schemas;

/// <summary>
/// Equality as JSON Schema means it: numbers by value, objects without order. Costs are charged to the evaluation and
/// nesting is bounded, because both sides can be hostile (<c>uniqueItems</c>).
/// </summary>
internal static class JsonEquality
{
    private const int MaxDepth = 256;

    public static bool Equal(JsonElement left, JsonElement right, ref Evaluation evaluation, int depth = 0)
    {
        if (left.ValueKind != right.ValueKind)
        {
            return false;
        }

        if (depth > MaxDepth)
        {
            return evaluation.Stop($"values nested deeper than {MaxDepth} levels are not compared; flatten the value");
        }

        return left.ValueKind switch
        {
            JsonValueKind.Number => JsonNumber.Compare(left, right) == 0,
            JsonValueKind.String => JsonText.Equal(JsonText.Raw(left), JsonText.Raw(right)),
            JsonValueKind.Array => ArraysEqual(left, right, ref evaluation, depth),
            JsonValueKind.Object => ObjectsEqual(left, right, ref evaluation, depth),
            _ => true,
        };
    }

    /// <summary>Equal values have equal hashes; values nested deeper than the bound stop the evaluation.</summary>
    public static int Hash(JsonElement value, ref Evaluation evaluation, int depth = 0)
    {
        if (depth > MaxDepth || !evaluation.Charge(1))
        {
            evaluation.Stop($"values nested deeper than {MaxDepth} levels are not compared; flatten the value");
            return 0;
        }

        var hash = new HashCode();
        hash.Add(value.ValueKind);
        switch (value.ValueKind)
        {
            case JsonValueKind.Number:
                JsonNumber.Of(value).AddTo(ref hash);
                break;
            case JsonValueKind.String:
                AddText(ref hash, JsonText.Raw(value));
                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray())
                {
                    hash.Add(Hash(item, ref evaluation, depth + 1));
                }

                break;
            case JsonValueKind.Object:
                hash.Add(HashObject(value, ref evaluation, depth));
                break;
        }

        return hash.ToHashCode();
    }

    private static bool ArraysEqual(JsonElement left, JsonElement right, ref Evaluation evaluation, int depth)
    {
        if (left.GetArrayLength() != right.GetArrayLength() || !evaluation.Charge(left.GetArrayLength()))
        {
            return false;
        }

        var others = right.EnumerateArray();
        foreach (var item in left.EnumerateArray())
        {
            if (!others.MoveNext() || !Equal(item, others.Current, ref evaluation, depth + 1))
            {
                return false;
            }
        }

        return true;
    }

    private static bool ObjectsEqual(JsonElement left, JsonElement right, ref Evaluation evaluation, int depth)
    {
        if (!evaluation.Charge(left.GetPropertyCount()))
        {
            return false;
        }

        if (SameNamesInOrder(left, right))
        {
            var others = right.EnumerateObject();
            foreach (var property in left.EnumerateObject())
            {
                if (!others.MoveNext() || !Equal(property.Value, others.Current.Value, ref evaluation, depth + 1))
                {
                    return false;
                }
            }

            return true;
        }

        var ours = ByName(left);
        var theirs = ByName(right);
        if (ours.Count != theirs.Count)
        {
            return false;
        }

        foreach (var (name, value) in ours)
        {
            if (!theirs.TryGetValue(name, out var other) || !Equal(value, other, ref evaluation, depth + 1))
            {
                return false;
            }
        }

        return true;
    }

    private static bool SameNamesInOrder(JsonElement left, JsonElement right)
    {
        if (left.GetPropertyCount() != right.GetPropertyCount())
        {
            return false;
        }

        var others = right.EnumerateObject();
        foreach (var property in left.EnumerateObject())
        {
            if (!others.MoveNext() || !JsonText.Equal(JsonText.Raw(property), JsonText.Raw(others.Current)))
            {
                return false;
            }
        }

        return true;
    }

    // Duplicate names: the last one wins, as everywhere in System.Text.Json.
    private static Dictionary<string, JsonElement> ByName(JsonElement value)
    {
        var byName = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var property in value.EnumerateObject())
        {
            byName[JsonText.NameOf(property)] = property.Value;
        }

        return byName;
    }

    private static int HashObject(JsonElement value, ref Evaluation evaluation, int depth)
    {
        var sum = 0;
        foreach (var (name, member) in ByName(value))
        {
            sum = unchecked(sum + HashCode.Combine(name, Hash(member, ref evaluation, depth + 1)));
        }

        return sum;
    }

    private static void AddText(ref HashCode hash, ReadOnlySpan<byte> raw) =>
        hash.AddBytes(raw.Contains((byte)'\\') ? JsonText.Unescaped(raw) : raw);
}
