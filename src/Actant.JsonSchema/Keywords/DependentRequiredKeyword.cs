using System.Text.Json;

namespace Actant.Schemas;

/// <summary>One entry of <c>dependentRequired</c>: if the property is there, so must be the others.</summary>
internal sealed class DependentRequiredKeyword(KeywordSite site, string trigger, IReadOnlyList<string> required)
    : Keyword(site, JsonKinds.Object, KeywordPhase.Assertion)
{
    private readonly NameTable _names = new([trigger, .. required.Where(name => name != trigger).Distinct(StringComparer.Ordinal)]);

    public override bool Evaluate(JsonElement instance, ref Evaluation evaluation)
    {
        if (!evaluation.Charge(instance.GetPropertyCount() + 1))
        {
            return false;
        }

        var seen = new EvaluatedSet();
        foreach (var property in instance.EnumerateObject())
        {
            if (_names.Find(JsonText.Raw(property)) is >= 0 and var index)
            {
                seen.Add(index);
            }
        }

        var valid = true;
        for (var i = 1; seen.Contains(0) && i < _names.Count; i++)
        {
            if (!seen.Contains(i))
            {
                valid = evaluation.IsCollecting && evaluation.Report(
                    this,
                    $"`{JsonDescription.Shorten(_names[i])}` is required because `{JsonDescription.Shorten(trigger)}` is present");
            }
        }

        return valid;
    }
}
