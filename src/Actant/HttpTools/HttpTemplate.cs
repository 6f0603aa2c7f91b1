using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Actant.Secrets;

namespace Actant.HttpTools;

/// <summary>
/// A text with <c>{argument}</c> and <c>secret://NAME</c> in it; <c>{{</c> and <c>}}</c> are braces. Only what the definition's
/// author wrote is read as a template: an argument that looks like one stays a text.
/// </summary>
internal sealed partial class HttpTemplate
{
    private HttpTemplate(IReadOnlyList<TemplatePart> parts) => Parts = parts;

    public IReadOnlyList<TemplatePart> Parts { get; }

    /// <summary>The argument, if the template is nothing else.</summary>
    public string? OnlyArgument => Parts is [{ Kind: TemplatePartKind.Argument }] ? Parts[0].Text : null;

    public IEnumerable<string> Arguments => Parts.Where(static part => part.Kind == TemplatePartKind.Argument).Select(static part => part.Text);

    public IEnumerable<string> Secrets => Parts.Where(static part => part.Kind == TemplatePartKind.Secret).Select(static part => part.Text);

    public static HttpTemplate Parse(string text)
    {
        var parts = new List<TemplatePart>();
        var plain = new StringBuilder();
        var end = 0;
        foreach (Match match in Piece().Matches(text))
        {
            plain.Append(text, end, match.Index - end);
            end = match.Index + match.Length;
            if (match.Groups["brace"].Success)
            {
                plain.Append(match.ValueSpan[0]);
                continue;
            }

            Flush(plain, parts);
            parts.Add(match.Groups["secret"] is { Success: true } secret
                ? new TemplatePart(TemplatePartKind.Secret, secret.Value)
                : new TemplatePart(TemplatePartKind.Argument, match.Groups["argument"].Value));
        }

        plain.Append(text, end, text.Length - end);
        Flush(plain, parts);
        return new HttpTemplate(parts);
    }

    /// <summary>The text with everything filled in; <c>null</c> if an argument is missing or <c>null</c>.</summary>
    /// <param name="arguments">The call's arguments.</param>
    /// <param name="secrets">The secrets by name, all of them.</param>
    /// <param name="encode">What is done to arguments and secrets on their way in.</param>
    public string? Fill(JsonElement arguments, IReadOnlyDictionary<string, Secret> secrets, Func<string, string>? encode = null)
    {
        var text = new StringBuilder();
        foreach (var part in Parts)
        {
            var piece = part.Kind switch
            {
                TemplatePartKind.Argument => TextOf(arguments, part.Text),
                TemplatePartKind.Secret => secrets[part.Text].Reveal(),
                _ => null,
            };
            if (part.Kind == TemplatePartKind.Text)
            {
                text.Append(part.Text);
            }
            else if (piece is null)
            {
                return null;
            }
            else
            {
                text.Append(encode is null ? piece : encode(piece));
            }
        }

        return text.ToString();
    }

    /// <summary>An argument as text: a text as it is, everything else as JSON; <c>null</c> if it is missing or <c>null</c>.</summary>
    public static string? TextOf(JsonElement arguments, string name) =>
        !arguments.TryGetProperty(name, out var value) ? null : TextOf(value);

    public static string? TextOf(JsonElement value) => value.ValueKind == JsonValueKind.Null ? null : JsonText.Of(value);

    private static void Flush(StringBuilder plain, List<TemplatePart> parts)
    {
        if (plain.Length > 0)
        {
            parts.Add(new TemplatePart(TemplatePartKind.Text, plain.ToString()));
            plain.Clear();
        }
    }

    // A name does not end with a dot: `secret://key.` is the key at the end of a sentence.
    [GeneratedRegex(@"(?<brace>\{\{|\}\})|\{(?<argument>[A-Za-z_][A-Za-z0-9_-]*)\}|secret://(?<secret>[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9_-])?)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Piece();
}
