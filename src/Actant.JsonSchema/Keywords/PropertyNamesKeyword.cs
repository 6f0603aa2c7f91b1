using System.Text.Json;

namespace Actant.Schemas;

internal sealed class PropertyNamesKeyword(KeywordSite site, SchemaNode schema) : Keyword(site, JsonKinds.Object, KeywordPhase.Applicator)
{
    public override bool Evaluate(JsonElement instance, ref Evaluation evaluation)
    {
        var valid = true;
        foreach (var property in instance.EnumerateObject())
        {
            if (!evaluation.Charge(1))
            {
                return false;
            }

            evaluation.Errors?.Push(property);
            valid &= schema.EvaluateChild(AsString(property), ref evaluation);
            evaluation.Errors?.Pop();
            if (!valid && !evaluation.IsCollecting)
            {
                break;
            }
        }

        return valid;
    }

    // A name has no element of its own; a document of just the name is the only public way to one.
    private static JsonElement AsString(JsonProperty property)
    {
        var raw = JsonText.Raw(property);
        var quoted = new byte[raw.Length + 2];
        quoted[0] = quoted[^1] = (byte)'"';
        raw.CopyTo(quoted.AsSpan(1));
        return JsonElement.Parse(quoted);
    }
}
