using System.Text.Json;

namespace Actant.Schemas;

/// <summary>Strings, by far the most common case, are looked up; everything else is compared one by one.</summary>
internal sealed class EnumKeyword(KeywordSite site, IReadOnlyList<JsonElement> values) : Keyword(site, JsonKinds.Any, KeywordPhase.Assertion)
{
    private readonly NameTable _texts = NameTable.OfStrings(values);
    private readonly JsonElement[] _others = [.. values.Where(value => value.ValueKind != JsonValueKind.String)];

    public override bool Evaluate(JsonElement instance, ref Evaluation evaluation)
    {
        if (instance.ValueKind == JsonValueKind.String ? IsAmongTexts(JsonText.Raw(instance), ref evaluation) : IsAmongOthers(instance, ref evaluation))
        {
            return true;
        }

        return evaluation.IsCollecting && evaluation.Report(
            this,
            $"must be one of {JsonDescription.List(values.Select(JsonDescription.Literal))}; found {JsonDescription.Found(instance)}");
    }

    private bool IsAmongTexts(ReadOnlySpan<byte> raw, ref Evaluation evaluation) =>
        evaluation.Charge(raw.Length / 64) && _texts.Find(raw) >= 0;

    private bool IsAmongOthers(JsonElement instance, ref Evaluation evaluation)
    {
        if (!evaluation.Charge(_others.Length))
        {
            return false;
        }

        foreach (var other in _others)
        {
            if (JsonEquality.Equal(other, instance, ref evaluation))
            {
                return true;
            }
        }

        return false;
    }
}
