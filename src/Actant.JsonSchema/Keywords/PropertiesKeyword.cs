using System.Text.Json;

namespace Actant.Schemas;

/// <summary>
/// <c>properties</c>, <c>patternProperties</c> and <c>additionalProperties</c> in one walk over the instance, because the
/// last is defined by what the first two leave over.
/// </summary>
internal sealed class PropertiesKeyword(
    KeywordSite site,
    NameTable names,
    SchemaNode[] schemas,
    PatternProperty[] patterns,
    SchemaNode? additional)
    : Keyword(site, JsonKinds.Object, KeywordPhase.Applicator)
{
    public override bool Evaluate(JsonElement instance, ref Evaluation evaluation)
    {
        var valid = true;
        var position = -1;
        foreach (var property in instance.EnumerateObject())
        {
            position++;
            valid &= evaluation.Charge(1 + (JsonText.Raw(property).Length / 64)) && EvaluateProperty(property, position, ref evaluation);
            if (!valid && evaluation.Errors is not { IsFull: false })
            {
                break;
            }
        }

        return valid;
    }

    private bool EvaluateProperty(JsonProperty property, int position, ref Evaluation evaluation)
    {
        var raw = JsonText.Raw(property);
        var index = names.Find(raw);
        var known = index >= 0;
        var valid = !known || Apply(schemas[index], property, ref evaluation);
        foreach (var pattern in patterns)
        {
            if (pattern.Pattern.IsMatch(raw, ref evaluation))
            {
                known = true;
                valid &= Apply(pattern.Schema, property, ref evaluation);
            }
        }

        if (!known && additional is not null)
        {
            known = true;
            valid = additional.IsNever ? Refuse(property, ref evaluation) : Apply(additional, property, ref evaluation);
        }

        if (known && evaluation.Evaluated.IsTracking)
        {
            evaluation.Evaluated.Add(position);
        }

        return valid;
    }

    private static bool Apply(SchemaNode schema, JsonProperty property, ref Evaluation evaluation)
    {
        if (evaluation.Errors is not { } errors)
        {
            return schema.EvaluateChild(property.Value, ref evaluation);
        }

        errors.Push(property);
        var valid = schema.EvaluateChild(property.Value, ref evaluation);
        errors.Pop();
        return valid;
    }

    private bool Refuse(JsonProperty property, ref Evaluation evaluation)
    {
        if (evaluation.Errors is { } errors)
        {
            var allowed = names.Count == 0 ? "" : $"; known properties are {names.Describe()}";
            errors.Push(property);
            errors.Add(additional!.Location.Path, "additionalProperties", $"`{JsonDescription.Shorten(JsonText.NameOf(property))}` is not allowed here; remove it{allowed}");
            errors.Pop();
        }

        return false;
    }
}
