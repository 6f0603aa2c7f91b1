using System.Text.Json;

namespace Actant.Schemas;

internal sealed class TypeKeyword(KeywordSite site, JsonKinds allowed, bool allowsInteger, string expected)
    : Keyword(site, JsonKinds.Any, KeywordPhase.Assertion)
{
    public override bool Evaluate(JsonElement instance, ref Evaluation evaluation)
    {
        if ((instance.ValueKind.ToKinds() & allowed) != JsonKinds.None)
        {
            return true;
        }

        if (allowsInteger && instance.ValueKind == JsonValueKind.Number && (instance.TryGetInt64(out _) || JsonNumber.Of(instance).IsInteger))
        {
            return true;
        }

        return evaluation.IsCollecting && evaluation.Report(this, $"expected {expected}, found {JsonDescription.Found(instance)}");
    }
}
