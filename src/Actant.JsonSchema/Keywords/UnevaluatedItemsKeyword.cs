using System.Text.Json;

namespace Actant.Schemas;

internal sealed class UnevaluatedItemsKeyword(KeywordSite site, SchemaNode schema)
    : Keyword(site, JsonKinds.Array, KeywordPhase.Unevaluated)
{
    public override bool Evaluate(JsonElement instance, ref Evaluation evaluation)
    {
        var valid = true;
        var position = -1;
        foreach (var item in instance.EnumerateArray())
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

            evaluation.Errors?.Push(position);
            valid &= schema.IsNever ? Refuse(ref evaluation) : schema.EvaluateChild(item, ref evaluation);
            evaluation.Errors?.Pop();
            if (!valid && !evaluation.IsCollecting)
            {
                return false;
            }
        }

        evaluation.Evaluated.AddAll();
        return valid;
    }

    private bool Refuse(ref Evaluation evaluation) =>
        evaluation.IsCollecting && evaluation.Report(this, "this item is not allowed here; remove it");
}
