using System.Text.Json;

namespace Actant.Schemas;

internal sealed class ConstKeyword(KeywordSite site, JsonElement value) : Keyword(site, JsonKinds.Any, KeywordPhase.Assertion)
{
    public override bool Evaluate(JsonElement instance, ref Evaluation evaluation) =>
        JsonEquality.Equal(value, instance, ref evaluation)
        || (evaluation.IsCollecting && evaluation.Report(this, $"must be {JsonDescription.Literal(value)}, found {JsonDescription.Found(instance)}"));
}
