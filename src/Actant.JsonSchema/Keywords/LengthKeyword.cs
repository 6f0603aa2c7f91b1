using System.Text.Json;

namespace Actant.Schemas;

/// <summary><c>minLength</c> or <c>maxLength</c>, in code points.</summary>
internal sealed class LengthKeyword(KeywordSite site, int bound, bool isUpper) : Keyword(site, JsonKinds.String, KeywordPhase.Assertion)
{
    public override bool Evaluate(JsonElement instance, ref Evaluation evaluation)
    {
        var raw = JsonText.Raw(instance);

        // Escapes and UTF-8 only ever make the raw form longer: a short raw form is a short string.
        if (isUpper && raw.Length <= bound)
        {
            return true;
        }

        if (!evaluation.Charge(raw.Length / 64))
        {
            return false;
        }

        var length = JsonText.CodePoints(raw);
        return (isUpper ? length <= bound : length >= bound)
            || (evaluation.IsCollecting && evaluation.Report(
                this,
                $"must be {(isUpper ? "at most" : "at least")} {bound} characters long, found {length} in {JsonDescription.Literal(instance)}"));
    }
}
