using System.Text.Json;

namespace Actant.Schemas;

/// <summary><c>minItems</c>, <c>maxItems</c>, <c>minProperties</c> or <c>maxProperties</c>.</summary>
internal sealed class CountKeyword(KeywordSite site, JsonKinds kind, int bound, bool isUpper) : Keyword(site, kind, KeywordPhase.Assertion)
{
    public override bool Evaluate(JsonElement instance, ref Evaluation evaluation)
    {
        var isArray = instance.ValueKind == JsonValueKind.Array;
        var count = isArray ? instance.GetArrayLength() : instance.GetPropertyCount();
        return (isUpper ? count <= bound : count >= bound)
            || (evaluation.IsCollecting && evaluation.Report(
                this,
                $"must have {(isUpper ? "at most" : "at least")} {bound} {(isArray ? "items" : "properties")}, found {count}"));
    }
}
