using Actant.Expressions.Syntax;

namespace Actant.Expressions.Templates;

internal static class TemplateParser
{
    public const string Opening = "{{";

    public static List<TemplatePart>? Parse(
        string source, ExpressionOptions options, ReferenceCollector references, out ExpressionError? error)
    {
        error = null;
        if (source.Length > options.MaxTemplateLength)
        {
            error = new ExpressionError(
                ExpressionErrorCodes.Syntax, $"The template is longer than {options.MaxTemplateLength} characters.", 0);
            return null;
        }

        var parts = new List<TemplatePart>();
        var position = 0;
        while (source.IndexOf(Opening, position, StringComparison.Ordinal) is >= 0 and var start)
        {
            if (start > position)
            {
                parts.Add(new TemplatePart(source[position..start], null));
            }

            var hole = Parser.ParseHole(source, start + Opening.Length, options, references, out position, out error);
            if (hole is null)
            {
                return null;
            }

            parts.Add(new TemplatePart("", hole));
        }

        if (position < source.Length)
        {
            parts.Add(new TemplatePart(source[position..], null));
        }

        return parts;
    }
}
