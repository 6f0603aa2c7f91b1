using System.Text.Json;

namespace Actant.Schemas;

internal sealed class UnevaluatedPropertiesKeyword(KeywordSite site, SchemaNode schema)
    : Keyword(site, JsonKinds.Object, KeywordPhase.Unevaluated)
{
    public override bool Evaluate(JsonElement instance, ref Evaluation evaluation)
    {
        var valid = true;
        var position = -1;
        foreach (var property in instance.EnumerateObject())
        {
            position++;
            if (!evaluation.Charge(1))
            {
                return false;
            }

            if (evaluation.Evaluated.Contains(position))
            {
                continue;
            }

            evaluation.Errors?.Push(property);
            valid &= schema.IsNever ? Refuse(property, ref evaluation) : schema.EvaluateChild(property.Value, ref evaluation);
            evaluation.Errors?.Pop();
            if (!valid && !evaluation.IsCollecting)
            {
                return false;
            }
        }

        evaluation.Evaluated.AddAll();
        return valid;
    }

    private bool Refuse(JsonProperty property, ref Evaluation evaluation) =>
        evaluation.IsCollecting
        && evaluation.Report(this, $"`{JsonDescription.Shorten(JsonText.NameOf(property))}` is not allowed here; remove it");
}
