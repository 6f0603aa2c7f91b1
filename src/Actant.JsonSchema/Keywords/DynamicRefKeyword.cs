using System.Text.Json;

namespace Actant.Schemas;

/// <summary><c>$dynamicRef</c>: the outermost schema resource on the way here that has the anchor provides the target.</summary>
internal sealed class DynamicRefKeyword(KeywordSite site, string anchor, SchemaNode fallback)
    : Keyword(site, JsonKinds.Any, KeywordPhase.Applicator)
{
    public override bool Evaluate(JsonElement instance, ref Evaluation evaluation) =>
        (evaluation.Scope?.FindOutermost(anchor) ?? fallback).Evaluate(instance, ref evaluation);
}
