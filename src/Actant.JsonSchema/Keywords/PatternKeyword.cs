using System.Text.Json;

namespace Actant.Schemas;

internal sealed class PatternKeyword(KeywordSite site, Pattern pattern) : Keyword(site, JsonKinds.String, KeywordPhase.Assertion)
{
    public override bool Evaluate(JsonElement instance, ref Evaluation evaluation) =>
        pattern.IsMatch(JsonText.Raw(instance), ref evaluation)
        || (evaluation.IsCollecting && evaluation.Report(
            this,
            $"must match the pattern {JsonDescription.Shorten(pattern.Source)}, found {JsonDescription.Literal(instance)}"));
}
