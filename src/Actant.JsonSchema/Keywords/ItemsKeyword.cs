using System.Text.Json;

namespace Actant.Schemas;

/// <summary><c>prefixItems</c> and <c>items</c> in one walk; <c>items</c> begins where the prefix ends.</summary>
internal sealed class ItemsKeyword(KeywordSite site, SchemaNode[] prefix, SchemaNode? rest)
    : Keyword(site, JsonKinds.Array, KeywordPhase.Applicator)
{
    public override bool Evaluate(JsonElement instance, ref Evaluation evaluation)
    {
        var valid = true;
        var index = 0;
        foreach (var item in instance.EnumerateArray())
        {
            var schema = index < prefix.Length ? prefix[index] : rest;
            if (schema is null || (!valid && evaluation.Errors is not { IsFull: false }))
            {
                break;
            }

            evaluation.Errors?.Push(index);
            valid &= schema.IsNever ? Refuse(ref evaluation) : schema.EvaluateChild(item, ref evaluation);
            evaluation.Errors?.Pop();
            if (evaluation.Evaluated.IsTracking)
            {
                evaluation.Evaluated.Add(index);
            }

            index++;
        }

        return valid;
    }

    private bool Refuse(ref Evaluation evaluation) =>
        evaluation.IsCollecting && evaluation.Report(this, $"no item is allowed here; at most {prefix.Length} items are, remove the others");
}
