using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Actant.Definitions;

/// <summary>
/// A YAML text as the parser must have it, and what its faults mean to whoever wrote it. The parser ends lines where YAML 1.1 did, at U+0085, U+2028
/// and U+2029; in YAML 1.2 these are characters as any other, and come with every text that was copied from a page.
/// </summary>
internal sealed class YamlText
{
    /// <summary>What to do about a template that YAML takes for an object.</summary>
    public const string Quote = "A template stands in quotes: \"{{ … }}\".";

    private const string Breaks = "\u0085\u2028\u2029";
    private const char FirstPrivate = '\uE000';
    private const char LastPrivate = '\uF8FF';

    private readonly string _yaml;

    // Characters that stand nowhere in the text, one for each break; empty where there is none.
    private readonly string _standIns = "";

    public YamlText(string yaml)
    {
        _yaml = ForParser = yaml;
        if (yaml.AsSpan().IndexOfAny(Breaks) < 0)
        {
            return;
        }

        var used = yaml.Where(static c => c is >= FirstPrivate and <= LastPrivate).ToHashSet();
        _standIns = string.Concat(Enumerable.Range(FirstPrivate, LastPrivate - FirstPrivate + 1).Select(static code => (char)code).Where(c => !used.Contains(c)).Take(Breaks.Length));
        if (_standIns.Length == Breaks.Length)
        {
            ForParser = Replace(yaml, Breaks, _standIns);
        }
    }

    /// <summary>The text for the parser.</summary>
    public string ForParser { get; }

    /// <summary>A text as it was written.</summary>
    public Scalar Restore(Scalar scalar) => _standIns.Length == 0 || scalar.Value.AsSpan().IndexOfAny(_standIns) < 0 ? scalar
        : new Scalar(scalar.Anchor, scalar.Tag, Replace(scalar.Value, _standIns, Breaks), scalar.Style, scalar.IsPlainImplicit, scalar.IsQuotedImplicit, scalar.Start, scalar.End);

    /// <summary>Where a fault is, and what is probably meant.</summary>
    public string Explain(YamlException exception)
    {
        var lines = _yaml.Split('\n');
        var (line, column) = (exception.Start.Line, exception.Start.Column);
        if (exception.Message.Contains("tab", StringComparison.Ordinal))
        {
            // The parser names where the object begins.
            for (var i = Math.Max(line - 1, 0); i < lines.Length; i++)
            {
                if (lines[i].AsSpan()[..^lines[i].AsSpan().TrimStart(" \t").Length].IndexOf('\t') is >= 0 and var tab)
                {
                    (line, column) = (i + 1, tab + 1);
                    break;
                }
            }
        }

        var isTemplate = Enumerable.Range((int)Math.Max(line - 2, 0), 2).Any(i => i < lines.Length && BeginsWithTemplate(lines[i]));
        return $"Line {line}, column {column}: {exception.Message}{(isTemplate ? $" {Quote}" : "")}";
    }

    private static bool BeginsWithTemplate(string line) => line.Contains(": {{", StringComparison.Ordinal) || line.TrimStart().StartsWith("- {{", StringComparison.Ordinal);

    private static string Replace(string text, string from, string to) => string.Create(text.Length, (text, from, to), static (span, all) =>
    {
        for (var i = 0; i < span.Length; i++)
        {
            var place = all.from.IndexOf(all.text[i], StringComparison.Ordinal);
            span[i] = place < 0 ? all.text[i] : all.to[place];
        }
    });
}
