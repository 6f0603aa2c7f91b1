using System.Text.Json;

namespace Actant.Schemas;

/// <summary><c>$ref</c>, and a <c>$dynamicRef</c> that its target does not make dynamic.</summary>
internal sealed class RefKeyword(KeywordSite site, SchemaNode target) : Keyword(site, JsonKinds.Any, KeywordPhase.Applicator)
{
    public override IEnumerable<SchemaNode> InPlace => [target];

    public override bool Evaluate(JsonElement instance, ref Evaluation evaluation) => target.Evaluate(instance, ref evaluation);
}
