using System.Text.Json;

namespace Actant.Schemas;

internal sealed class DependentSchemasKeyword(KeywordSite site, NameTable names, SchemaNode[] schemas)
    : Keyword(site, JsonKinds.Object, KeywordPhase.Applicator)
{
    public override IEnumerable<SchemaNode> InPlace => schemas;

    public override bool Evaluate(JsonElement instance, ref Evaluation evaluation)
    {
        var valid = true;
        foreach (var property in instance.EnumerateObject())
        {
            if (!evaluation.Charge(1))
            {
                return false;
            }

            if (names.Find(JsonText.Raw(property)) is >= 0 and var index && !schemas[index].Evaluate(instance, ref evaluation))
            {
                valid = false;
                if (!evaluation.IsCollecting)
                {
                    break;
                }
            }
        }

        return valid;
    }
}
