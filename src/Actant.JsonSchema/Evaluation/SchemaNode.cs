using System.Text.Json;

namespace Actant.Schemas;

/// <summary>One compiled schema: its keywords, sorted by the JSON type they look at.</summary>
internal sealed class SchemaNode(SchemaLocation location)
{
    private static readonly Keyword[] None = [];

    private readonly Keyword[][] _byKind = [None, None, None, None, None, None, None, None];
    private bool _tracks;

    public SchemaLocation Location { get; } = location;

    public IReadOnlyList<Keyword> Keywords { get; private set; } = None;

    /// <summary>The schema <c>false</c>: nothing is valid, and whoever applies it says so best.</summary>
    public bool IsNever { get; private set; }

    public void Complete(List<Keyword> keywords)
    {
        keywords.Sort(static (left, right) => left.Phase.CompareTo(right.Phase));
        Keywords = keywords;
        _tracks = keywords.Exists(keyword => keyword.Phase == KeywordPhase.Unevaluated);
        for (var kind = JsonValueKind.Undefined; kind <= JsonValueKind.Null; kind++)
        {
            var kinds = kind.ToKinds();
            _byKind[(int)kind] = [.. keywords.Where(keyword => (keyword.Kinds & kinds) != JsonKinds.None)];
        }
    }

    public void CompleteNever(Keyword never)
    {
        Complete([never]);
        IsNever = true;
    }

    /// <summary>Applies the schema to a part of the instance; what it evaluates there does not concern the whole.</summary>
    public bool EvaluateChild(JsonElement child, ref Evaluation evaluation)
    {
        if (!evaluation.Evaluated.IsTracking)
        {
            return Evaluate(child, ref evaluation);
        }

        var outer = evaluation.Evaluated;
        evaluation.Evaluated = default;
        var valid = Evaluate(child, ref evaluation);
        evaluation.Evaluated = outer;
        return valid;
    }

    /// <summary>Applies the schema in place. What a failing schema evaluated does not count as evaluated.</summary>
    public bool Evaluate(JsonElement instance, ref Evaluation evaluation)
    {
        var keywords = _byKind[(int)instance.ValueKind];
        if (keywords.Length == 0)
        {
            return evaluation.Charge(1) && evaluation.StopReason is null;
        }

        if (!evaluation.Enter())
        {
            return false;
        }

        var entered = evaluation.Scope?.Enter(Location.Resource) ?? false;
        bool valid;
        if (_tracks || evaluation.Evaluated.IsTracking)
        {
            var outer = evaluation.Evaluated;
            evaluation.Evaluated = EvaluatedSet.Tracking;
            valid = Run(keywords, instance, ref evaluation);
            if (valid && outer.IsTracking)
            {
                outer.UnionWith(evaluation.Evaluated);
            }

            evaluation.Evaluated = outer;
        }
        else
        {
            valid = Run(keywords, instance, ref evaluation);
        }

        if (entered)
        {
            evaluation.Scope!.Leave();
        }

        evaluation.Leave();
        return valid;
    }

    private static bool Run(Keyword[] keywords, JsonElement instance, ref Evaluation evaluation)
    {
        var valid = true;
        foreach (var keyword in keywords)
        {
            // After a failure nothing reliable is known about what was evaluated: more errors would only mislead.
            if (!valid && keyword.Phase == KeywordPhase.Unevaluated)
            {
                break;
            }

            if (!keyword.Evaluate(instance, ref evaluation))
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
