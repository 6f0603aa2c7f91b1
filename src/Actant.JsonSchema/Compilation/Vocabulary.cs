using System.Text.Json;

namespace Actant.Schemas;

/// <summary>Reads <c>$vocabulary</c> of a custom metaschema.</summary>
internal static class Vocabulary
{
    private const string Prefix = "https://json-schema.org/draft/2020-12/vocab/";

    public static Dialect Read(JsonElement vocabulary, string path, ProblemList problems)
    {
        var dialect = new Dialect(false, false, false, false);
        if (vocabulary.ValueKind != JsonValueKind.Object)
        {
            problems.Add(path, "the metaschema's $vocabulary must be an object");
            return Dialect.Default;
        }

        foreach (var entry in vocabulary.EnumerateObject())
        {
            var name = JsonText.NameOf(entry);
            switch (name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : "")
            {
                case "applicator":
                    dialect = dialect with { Applicator = true };
                    break;
                case "validation":
                    dialect = dialect with { Validation = true };
                    break;
                case "unevaluated":
                    dialect = dialect with { Unevaluated = true };
                    break;
                case "format-assertion":
                    dialect = dialect with { FormatAssertion = true };
                    break;
                case "core" or "meta-data" or "format-annotation" or "content":
                    break;
                default:
                    if (entry.Value.ValueKind == JsonValueKind.True)
                    {
                        problems.Add(path, $"the metaschema requires the unknown vocabulary {JsonDescription.Shorten(name)}");
                    }

                    break;
            }
        }

        return dialect;
    }
}
