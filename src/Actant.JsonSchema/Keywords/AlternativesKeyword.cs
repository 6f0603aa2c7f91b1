using System.Text.Json;

namespace Actant.Schemas;

/// <summary><c>anyOf</c> and <c>oneOf</c>. If none matches, the errors of every alternative follow the summary.</summary>
internal sealed class AlternativesKeyword(KeywordSite site, SchemaNode[] schemas, bool exactlyOne)
    : Keyword(site, JsonKinds.Any, KeywordPhase.Applicator)
{
    public override IEnumerable<SchemaNode> InPlace => schemas;

    public override bool Evaluate(JsonElement instance, ref Evaluation evaluation)
    {
        var errors = evaluation.Errors;
        evaluation.Errors = null;
        var (first, second) = FindMatches(instance, ref evaluation);
        evaluation.Errors = errors;
        if (first >= 0 && second < 0)
        {
            return true;
        }

        return evaluation.IsCollecting && Explain(instance, first, second, ref evaluation);
    }

    private (int First, int Second) FindMatches(JsonElement instance, ref Evaluation evaluation)
    {
        var first = -1;
        for (var i = 0; i < schemas.Length; i++)
        {
            if (!schemas[i].Evaluate(instance, ref evaluation))
            {
                continue;
            }

            if (exactlyOne && first >= 0)
            {
                return (first, i);
            }

            first = first < 0 ? i : first;

            // What the other alternatives evaluate counts too, if anybody wants to know it.
            if (!exactlyOne && !evaluation.Evaluated.IsTracking)
            {
                break;
            }
        }

        return (first, -1);
    }

    private bool Explain(JsonElement instance, int first, int second, ref Evaluation evaluation)
    {
        if (second >= 0)
        {
            return evaluation.Report(this, $"must match exactly one of {schemas.Length} alternatives, but alternatives {first} and {second} both match");
        }

        evaluation.Report(this, $"must match {(exactlyOne ? "exactly" : "at least")} one of {schemas.Length} alternatives, but matches none");
        foreach (var schema in schemas)
        {
            schema.Evaluate(instance, ref evaluation);
        }

        return false;
    }
}
