using System.Text.Json;

namespace Actant.Schemas;

/// <summary><c>contains</c> with its bounds <c>minContains</c> and <c>maxContains</c>.</summary>
internal sealed class ContainsKeyword(KeywordSite site, SchemaNode schema, int minimum, int? maximum)
    : Keyword(site, JsonKinds.Array, KeywordPhase.Applicator)
{
    public override bool Evaluate(JsonElement instance, ref Evaluation evaluation)
    {
        var errors = evaluation.Errors;
        evaluation.Errors = null;
        var count = 0;
        var index = 0;
        foreach (var item in instance.EnumerateArray())
        {
            if (schema.EvaluateChild(item, ref evaluation))
            {
                count++;
                if (evaluation.Evaluated.IsTracking)
                {
                    evaluation.Evaluated.Add(index);
                }
            }

            index++;
            if (evaluation.StopReason is not null || (count >= minimum && maximum is null && !evaluation.Evaluated.IsTracking))
            {
                break;
            }
        }

        evaluation.Errors = errors;
        if (count >= minimum && count <= (maximum ?? int.MaxValue))
        {
            return true;
        }

        return evaluation.IsCollecting && evaluation.Report(
            this,
            count < minimum
                ? $"must contain at least {minimum} item(s) that match {schema.Location.Path}, found {count}"
                : $"must contain at most {maximum} item(s) that match {schema.Location.Path}, found {count}");
    }
}
