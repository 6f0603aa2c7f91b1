namespace Actant.Schemas;

/// <summary>Compiles the keywords about numbers.</summary>
internal static class NumberKeywords
{
    public static void Read(SchemaReader reader)
    {
        ReadRange(reader, "minimum", isUpper: false, isExclusive: false);
        ReadRange(reader, "exclusiveMinimum", isUpper: false, isExclusive: true);
        ReadRange(reader, "maximum", isUpper: true, isExclusive: false);
        ReadRange(reader, "exclusiveMaximum", isUpper: true, isExclusive: true);
        if (!reader.TryGet("multipleOf", JsonKinds.Number, "a number greater than 0", out var divisor))
        {
            return;
        }

        var number = JsonNumber.Of(divisor);
        if (number.IsNegative || number.IsZero)
        {
            reader.Problem("multipleOf", $"expected a number greater than 0, found {JsonDescription.Literal(divisor)}");
        }
        else if (number.Count > MultipleOfKeyword.MaxDigits)
        {
            reader.Problem("multipleOf", $"expected at most {MultipleOfKeyword.MaxDigits} significant digits, found {number.Count}");
        }
        else
        {
            reader.Keywords.Add(new MultipleOfKeyword(reader.Site("multipleOf"), divisor));
        }
    }

    private static void ReadRange(SchemaReader reader, string name, bool isUpper, bool isExclusive)
    {
        if (reader.TryGet(name, JsonKinds.Number, "a number", out var bound))
        {
            reader.Keywords.Add(new RangeKeyword(reader.Site(name), bound, isUpper, isExclusive));
        }
    }
}
