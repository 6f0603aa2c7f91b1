using System.Text.Json;

namespace Actant.Schemas;

/// <summary><c>minimum</c>, <c>maximum</c> and their exclusive forms, exact for numbers of any size.</summary>
internal sealed class RangeKeyword : Keyword
{
    private readonly JsonElement _bound;
    private readonly long? _smallBound;
    private readonly bool _isUpper;
    private readonly bool _isExclusive;

    public RangeKeyword(KeywordSite site, JsonElement bound, bool isUpper, bool isExclusive)
        : base(site, JsonKinds.Number, KeywordPhase.Assertion)
    {
        _bound = bound;
        _smallBound = bound.TryGetInt64(out var small) ? small : null;
        _isUpper = isUpper;
        _isExclusive = isExclusive;
    }

    public override bool Evaluate(JsonElement instance, ref Evaluation evaluation)
    {
        var order = _smallBound is { } bound && instance.TryGetInt64(out var small)
            ? small.CompareTo(bound)
            : JsonNumber.Compare(instance, _bound);
        order = _isUpper ? order : -order;
        if (order < 0 || (order == 0 && !_isExclusive))
        {
            return true;
        }

        var relation = _isUpper ? "less" : "greater";
        var limit = _isExclusive ? $"{relation} than" : $"{relation} than or equal to";
        return evaluation.IsCollecting
            && evaluation.Report(this, $"must be {limit} {JsonDescription.Literal(_bound)}, found {JsonDescription.Literal(instance)}");
    }
}
