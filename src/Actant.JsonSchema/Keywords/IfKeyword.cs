using System.Text.Json;

namespace Actant.Schemas;

/// <summary><c>if</c> with <c>then</c> and <c>else</c>, which mean nothing without it.</summary>
internal sealed class IfKeyword(KeywordSite site, SchemaNode condition, SchemaNode? consequence, SchemaNode? alternative)
    : Keyword(site, JsonKinds.Any, KeywordPhase.Applicator)
{
    public override IEnumerable<SchemaNode> InPlace => new[] { condition, consequence, alternative }.OfType<SchemaNode>();

    public override bool Evaluate(JsonElement instance, ref Evaluation evaluation)
    {
        var errors = evaluation.Errors;
        evaluation.Errors = null;
        var holds = condition.Evaluate(instance, ref evaluation);
        evaluation.Errors = errors;
        return (holds ? consequence : alternative)?.Evaluate(instance, ref evaluation) ?? true;
    }
}
