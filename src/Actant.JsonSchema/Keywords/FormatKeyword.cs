using System.Text.Json;

namespace Actant.Schemas;

/// <summary>Only compiled where formats are asserted and the format is one we check; otherwise <c>format</c> is an annotation.</summary>
internal sealed class FormatKeyword(KeywordSite site, StringFormat format) : Keyword(site, JsonKinds.String, KeywordPhase.Assertion)
{
    public override bool Evaluate(JsonElement instance, ref Evaluation evaluation)
    {
        var raw = JsonText.Raw(instance);
        if (!evaluation.Charge(raw.Length / 64))
        {
            return false;
        }

        using var text = new DecodedText(raw, stackalloc char[DecodedText.ScratchLength]);
        return format.IsMatch(text.Chars)
            || (evaluation.IsCollecting && evaluation.Report(
                this,
                $"must be {format.Description}, found {JsonDescription.Literal(instance)}"));
    }
}
