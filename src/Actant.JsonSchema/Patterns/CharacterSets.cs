namespace Actant.Schemas;

/// <summary>ECMAScript's character sets as .NET writes them inside brackets, and names of Unicode categories.</summary>
internal static class CharacterSets
{
    /// <summary>Any code point beyond the basic plane, as the two UTF-16 units that .NET sees.</summary>
    public const string Pair = @"[\uD800-\uDBFF][\uDC00-\uDFFF]";

    public const string LineEnds = @"\n\r\u2028\u2029";

    private const string Space = @"\t-\r \u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000\uFEFF";

    private const string NotSpace =
        @"\0-\x08\x0E-\x1F!-\u009F\u00A1-\u167F\u1681-\u1FFF\u200B-\u2027\u202A-\u202E\u2030-\u205E\u2060-\u2FFF\u3001-\uFEFE\uFF00-\uFFFF";

    /// <summary>The set of a class escape such as <c>\d</c>, and its complement's set for <c>\D</c>.</summary>
    public static (string Set, string Complement)? Find(char escape) => escape switch
    {
        'd' => ("0-9", @"\0-/:-\uFFFF"),
        'w' => ("0-9A-Z_a-z", @"\0-/:-@\[-\^`\{-\uFFFF"),
        's' => (Space, NotSpace),
        _ => null,
    };

    /// <summary>The .NET name of a Unicode property, or null if .NET cannot match it.</summary>
    public static string? FindCategory(string property)
    {
        var name = property.StartsWith("gc=", StringComparison.Ordinal) ? property[3..] : property;
        name = name.StartsWith("General_Category=", StringComparison.Ordinal) ? name[17..] : name;
        return name switch
        {
            "Letter" => "L",
            "Cased_Letter" or "LC" => null,
            "Uppercase_Letter" => "Lu",
            "Lowercase_Letter" => "Ll",
            "Titlecase_Letter" => "Lt",
            "Modifier_Letter" => "Lm",
            "Other_Letter" => "Lo",
            "Mark" or "Combining_Mark" => "M",
            "Nonspacing_Mark" => "Mn",
            "Spacing_Mark" => "Mc",
            "Enclosing_Mark" => "Me",
            "Number" => "N",
            "Decimal_Number" or "digit" => "Nd",
            "Letter_Number" => "Nl",
            "Other_Number" => "No",
            "Punctuation" or "punct" => "P",
            "Connector_Punctuation" => "Pc",
            "Dash_Punctuation" => "Pd",
            "Open_Punctuation" => "Ps",
            "Close_Punctuation" => "Pe",
            "Initial_Punctuation" => "Pi",
            "Final_Punctuation" => "Pf",
            "Other_Punctuation" => "Po",
            "Symbol" => "S",
            "Math_Symbol" => "Sm",
            "Currency_Symbol" => "Sc",
            "Modifier_Symbol" => "Sk",
            "Other_Symbol" => "So",
            "Separator" => "Z",
            "Space_Separator" => "Zs",
            "Line_Separator" => "Zl",
            "Paragraph_Separator" => "Zp",
            "Other" => "C",
            "Control" or "cntrl" => "Cc",
            "Format" => "Cf",
            "Surrogate" => "Cs",
            "Private_Use" => "Co",
            "Unassigned" => "Cn",
            { Length: 1 } when "LMNPSZC".Contains(name[0], StringComparison.Ordinal) => name,
            { Length: 2 } when char.IsAsciiLetterUpper(name[0]) && char.IsAsciiLetterLower(name[1]) => name,
            _ => null,
        };
    }
}
