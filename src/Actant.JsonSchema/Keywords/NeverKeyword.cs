using System.Text.Json;

namespace Actant.Schemas;

/// <summary>The boolean schema <c>false</c>.</summary>
internal sealed class NeverKeyword(KeywordSite site) : Keyword(site, JsonKinds.Any, KeywordPhase.Assertion)
{
    public override bool Evaluate(JsonElement instance, ref Evaluation evaluation) =>
        evaluation.IsCollecting && evaluation.Report(this, $"no value is allowed here, found {JsonDescription.Found(instance)}; remove it");
}
