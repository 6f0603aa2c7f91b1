namespace Actant.Schemas;

/// <summary>Which vocabularies a schema resource uses, as its <c>$schema</c> says.</summary>
internal sealed record Dialect(bool Applicator, bool Validation, bool Unevaluated, bool FormatAssertion, bool IsOlderDraft = false)
{
    public const string Uri202012 = "https://json-schema.org/draft/2020-12/schema";

    public static Dialect Default { get; } = new(true, true, true, false);

    /// <summary>Earlier drafts are read as 2020-12; keywords that meant something else there are reported as problems.</summary>
    public static Dialect OlderDraft { get; } = Default with { IsOlderDraft = true };

    public static Dialect? FindStandard(string uri) => uri.TrimEnd('#') switch
    {
        Uri202012 => Default,
        "https://json-schema.org/draft/2019-09/schema" => OlderDraft,
        "http://json-schema.org/draft-07/schema" or "https://json-schema.org/draft-07/schema" => OlderDraft,
        "http://json-schema.org/draft-06/schema" or "https://json-schema.org/draft-06/schema" => OlderDraft,
        "http://json-schema.org/draft-04/schema" or "https://json-schema.org/draft-04/schema" => OlderDraft,
        _ => null,
    };
}
