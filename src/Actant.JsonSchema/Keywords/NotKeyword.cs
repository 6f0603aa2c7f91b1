using System.Text.Json;

namespace Actant.Schemas;

internal sealed class NotKeyword(KeywordSite site, SchemaNode schema) : Keyword(site, JsonKinds.Any, KeywordPhase.Applicator)
{
    public override IEnumerable<SchemaNode> InPlace => [schema];

    public override bool Evaluate(JsonElement instance, ref Evaluation evaluation)
    {
        var errors = evaluation.Errors;
        evaluation.Errors = null;
        var matches = schema.EvaluateChild(instance, ref evaluation);
        evaluation.Errors = errors;
        return !matches
            || (evaluation.IsCollecting && evaluation.Report(this, $"must not match {schema.Location.Path}, found {JsonDescription.Found(instance)}"));
    }
}
