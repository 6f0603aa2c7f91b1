using System.Text.Json;

namespace Actant.Schemas;

internal sealed class AllOfKeyword(KeywordSite site, SchemaNode[] schemas) : Keyword(site, JsonKinds.Any, KeywordPhase.Applicator)
{
    public override IEnumerable<SchemaNode> InPlace => schemas;

    public override bool Evaluate(JsonElement instance, ref Evaluation evaluation)
    {
        var valid = true;
        foreach (var schema in schemas)
        {
            valid &= schema.Evaluate(instance, ref evaluation);
            if (!valid && !evaluation.IsCollecting)
            {
                break;
            }
        }

        return valid;
    }
}
