using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Actant.Validation;

namespace Actant.Definitions;

/// <summary>
/// Reads documents from anywhere: JSON or YAML, in the graph form or the simple one. Whatever they hold, the outcome is a
/// value: a definition, or all problems at once. What it says of tools, models and the graph's shape is for the
/// <see cref="DefinitionValidator"/>.
/// </summary>
public static class DefinitionReader
{
    private const string FallbackName = "agent";

    /// <summary>Reads at most 4 MiB of UTF-8.</summary>
    /// <param name="utf8">The document, with or without a byte order mark.</param>
    /// <param name="fileName">Its extension tells JSON from YAML (else the content does); its stem names an agent that names itself nowhere.</param>
    public static DefinitionResult Read(ReadOnlyMemory<byte> utf8, string? fileName = null)
    {
        var problems = new ProblemList();
        return ToJson(utf8, fileName, problems) is { } document ? ReadJson(document.Span, NameFor(fileName), problems) : new DefinitionResult(null, problems.Items);
    }

    /// <summary>Reads a document that is JSON already, such as a field of a request.</summary>
    /// <param name="document">The document.</param>
    /// <param name="fallbackName">Names an agent that names itself nowhere; <c>agent</c> if absent.</param>
    public static DefinitionResult Read(JsonElement document, string? fallbackName = null)
    {
        var problems = new ProblemList();
        if (document.ValueKind == JsonValueKind.Undefined)
        {
            problems.Add("$", DefinitionErrors.DocumentSyntax, "There is no document.");
            return new DefinitionResult(null, problems.Items);
        }

        var utf8 = JsonMarshal.GetRawUtf8Value(document);
        return FitsBounds(utf8.Length, problems)
            ? ReadJson(utf8, NameFor(fallbackName), problems)
            : new DefinitionResult(null, problems.Items);
    }

    /// <summary>
    /// Reads a normalised document that an earlier release, or this one, accepted: nothing of it is refused any more. Fields that
    /// are not known are left out; what cannot be read takes its default. A rule that becomes stricter belongs to the
    /// <see cref="DefinitionValidator"/>, which does not look at what is stored.
    /// </summary>
    /// <returns><c>null</c> if it is no definition at all.</returns>
    internal static AgentDefinition? ReadStored(JsonElement document) => AgentReader.Read(document.Clone(), new ProblemList());

    /// <summary>A document as JSON, if it is that already or YAML; JSON is not looked into. <c>null</c> if it cannot be read.</summary>
    internal static ReadOnlyMemory<byte>? ToJson(ReadOnlyMemory<byte> utf8, string? fileName, ProblemList problems)
    {
        if (!FitsBounds(utf8.Length, problems))
        {
            return null;
        }

        var content = utf8.Span.StartsWith(Encoding.UTF8.Preamble) ? utf8[Encoding.UTF8.Preamble.Length..] : utf8;
        return IsYaml(content.Span, fileName) ? ToJson(content.Span, problems) : content;
    }

    private static DefinitionResult ReadJson(ReadOnlySpan<byte> utf8, string name, ProblemList problems)
    {
        // The definition's parts point into this copy, which is also its source.
        var agent = JsonNormaliser.TryNormalise(utf8, name, problems) is { } compact
            ? AgentReader.Read(JsonElement.Parse(compact.Span, JsonLimits.Decoding), problems)
            : null;
        return new DefinitionResult(agent, problems.Items);
    }

    private static ReadOnlyMemory<byte>? ToJson(ReadOnlySpan<byte> yaml, ProblemList problems)
    {
        if (System.Text.Unicode.Utf8.IsValid(yaml))
        {
            return YamlConverter.TryConvert(Encoding.UTF8.GetString(yaml), problems);
        }

        problems.Add("$", DefinitionErrors.DocumentEncoding, "The document is not UTF-8; save it as UTF-8 and try again.");
        return null;
    }

    private static bool FitsBounds(int bytes, ProblemList problems)
    {
        if (bytes > DefinitionBounds.Bytes)
        {
            problems.Add(
                "$",
                DefinitionErrors.DocumentTooLarge,
                $"The document has {bytes:N0} bytes; at most {DefinitionBounds.Bytes:N0} are read.");
        }

        return bytes <= DefinitionBounds.Bytes;
    }

    private static bool IsYaml(ReadOnlySpan<byte> content, string? fileName) => Path.GetExtension(fileName)?.ToLowerInvariant() switch
    {
        ".json" => false,
        ".yaml" or ".yml" => true,
        _ => !LooksLikeJson(content),
    };

    /// <summary>YAML may begin with a brace too, but its keys seldom are in quotes.</summary>
    private static bool LooksLikeJson(ReadOnlySpan<byte> content)
    {
        var start = content.TrimStart(" \t\r\n"u8);
        return start is [(byte)'{', ..] && start[1..].TrimStart(" \t\r\n"u8) is [] or [(byte)'"' or (byte)'}', ..];
    }

    private static string NameFor(string? fileName)
    {
        var stem = Path.GetFileNameWithoutExtension(fileName ?? "");
        var name = string.Concat(stem.Select(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '-')).Trim('-');
        return name.Length is 0 or > DefinitionBounds.AgentNameLength ? FallbackName : name;
    }
}
