using System.Buffers;
using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Actant.Definitions;

/// <summary>
/// Turns one YAML document into JSON. Aliases are unfolded under a bound on all values, so that a small document cannot
/// become a large one.
/// </summary>
internal sealed class YamlConverter
{
    private readonly ProblemList _problems;
    private readonly Dictionary<string, int> _anchors = [];
    private readonly HashSet<int> _open = [];
    private readonly List<ParsingEvent> _events = [];
    private int _values;
    private YamlText _text = new("");

    private YamlConverter(ProblemList problems) => _problems = problems;

    /// <summary>The JSON; <c>null</c> with a problem otherwise.</summary>
    public static ReadOnlyMemory<byte>? TryConvert(string yaml, ProblemList problems)
    {
        if (yaml.Contains('\0'))
        {
            problems.Add("$", DefinitionErrors.InvalidText, "The document holds U+0000; remove it.");
            return null;
        }

        var converter = new YamlConverter(problems) { _text = new YamlText(yaml) };
        if (!converter.ReadEvents())
        {
            return null;
        }

        var output = new ArrayBufferWriter<byte>(Math.Max(yaml.Length, 256));
        using var writer = new Utf8JsonWriter(output);
        var index = 0;
        if (!converter.Write(ref index, depth: 1, writer))
        {
            return null;
        }

        writer.Flush();
        return output.WrittenMemory;
    }

    /// <summary>Keeps the events of the only document's values, and stops at the first thing that is too much.</summary>
    private bool ReadEvents()
    {
        var documents = 0;
        var depth = 0;
        try
        {
            var parser = new Parser(new StringReader(_text.ForParser));
            while (MoveNext(parser))
            {
                var current = parser.Current!;
                depth += current.NestingIncrease;
                switch (current)
                {
                    case StreamStart or StreamEnd or DocumentEnd:
                        continue;
                    case DocumentStart when documents++ > 0:
                        return IsEmpty(parser) || Refuse(
                            current,
                            DefinitionErrors.UnsupportedYaml,
                            "a second document begins; a file holds one agent.");
                    case DocumentStart:
                        continue;
                }

                // The stream and the document count as levels of nesting too.
                if (depth > DefinitionBounds.Depth + 2)
                {
                    return Refuse(
                        current,
                        DefinitionErrors.DocumentTooDeep,
                        $"nested more than {DefinitionBounds.Depth} deep; flatten it.");
                }

                if (_events.Count >= 2 * DefinitionBounds.YamlValues)
                {
                    return Refuse(
                        current,
                        DefinitionErrors.DocumentTooLarge,
                        $"more than {DefinitionBounds.YamlValues:N0} values.");
                }

                _events.Add(current is Scalar scalar ? _text.Restore(scalar) : current);
            }
        }
        catch (YamlException exception)
        {
            _problems.Add("$", DefinitionErrors.DocumentSyntax, _text.Explain(exception));
            return false;
        }

        // On malformed input the parser may also end early or close what it never opened.
        if (_events.Count == 0 || depth != 0)
        {
            _problems.Add(
                "$",
                DefinitionErrors.DocumentSyntax,
                depth == 0 ? "The document is empty." : "The document is not YAML.");
            return false;
        }

        return true;
    }

    /// <summary>Whether nothing is in the document that begins, and nothing follows it: a line of dashes at the end.</summary>
    private static bool IsEmpty(Parser parser) =>
        MoveNext(parser) && parser.Current is Scalar { Value: "", Style: ScalarStyle.Plain, Tag.IsEmpty: true, Anchor.IsEmpty: true }
        && MoveNext(parser) && parser.Current is DocumentEnd
        && MoveNext(parser) && parser.Current is StreamEnd;

    /// <summary>The parser's own defects on malformed input surface as these; to us they are syntax errors like the others.</summary>
    private static bool MoveNext(Parser parser)
    {
        try
        {
            return parser.MoveNext();
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException or FormatException
            or ArithmeticException or IndexOutOfRangeException or KeyNotFoundException or NullReferenceException)
        {
            var place = parser.Current?.End ?? Mark.Empty;
            throw new YamlException(place, place, "what follows is not YAML", exception);
        }
    }

    private bool Write(ref int index, int depth, Utf8JsonWriter writer)
    {
        var start = index;
        var current = _events[index++];
        if (++_values > DefinitionBounds.YamlValues || writer.BytesCommitted + writer.BytesPending > DefinitionBounds.Bytes)
        {
            return Refuse(
                current,
                DefinitionErrors.DocumentTooLarge,
                $"aliases unfold to more than {DefinitionBounds.YamlValues:N0} values or 4 MiB.");
        }

        if (depth > DefinitionBounds.Depth && current is not Scalar)
        {
            return Refuse(
                current,
                DefinitionErrors.DocumentTooDeep,
                $"nested more than {DefinitionBounds.Depth} deep; flatten it.");
        }

        if (current is NodeEvent { Anchor.IsEmpty: false } anchored)
        {
            _anchors[anchored.Anchor.Value] = start;
        }

        switch (current)
        {
            case Scalar scalar:
                return YamlScalar.Write(scalar, writer) is not { } fault
                    || Refuse(current, DefinitionErrors.UnsupportedYaml, $"{fault} has no counterpart in JSON.");
            case AnchorAlias alias:
                return WriteAlias(alias, depth, writer);
            case NodeEvent { Tag: { IsEmpty: false, IsNonSpecific: false } tag }
                when tag.Value is not ("tag:yaml.org,2002:map" or "tag:yaml.org,2002:seq"):
                return Refuse(
                    current,
                    DefinitionErrors.UnsupportedYaml,
                    $"the tag `{JsonPath.Shorten(tag.Value)}` has no counterpart in JSON.");
        }

        _open.Add(start);
        var isWritten = current switch
        {
            MappingStart => WriteMembers(ref index, depth, writer),
            SequenceStart => WriteItems(ref index, depth, writer),
            _ => Refuse(current, DefinitionErrors.DocumentSyntax, "what ends here never began."),
        };
        _open.Remove(start);
        return isWritten;
    }

    private bool WriteItems(ref int index, int depth, Utf8JsonWriter writer)
    {
        writer.WriteStartArray();
        while (_events[index] is not SequenceEnd)
        {
            if (!Write(ref index, depth + 1, writer))
            {
                return false;
            }
        }

        index++;
        writer.WriteEndArray();
        return true;
    }

    private bool WriteMembers(ref int index, int depth, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        while (_events[index] is not MappingEnd)
        {
            var current = _events[index++];
            if (current is not Scalar key || !YamlScalar.IsWellFormed(key.Value))
            {
                return Refuse(
                    current,
                    DefinitionErrors.UnsupportedYaml,
                    current is MappingStart { Style: MappingStyle.Flow } ? $"a key that is no text. {YamlText.Quote}" : "a key that is no text; write it as a text.");
            }

            if (key is { Value: "<<", Style: ScalarStyle.Plain })
            {
                return Refuse(
                    current,
                    DefinitionErrors.UnsupportedYaml,
                    "merge keys (`<<`) are not part of YAML 1.2; write the fields out.");
            }

            if (!key.Anchor.IsEmpty)
            {
                _anchors[key.Anchor.Value] = index - 1;
            }

            writer.WritePropertyName(key.Value);
            if (!Write(ref index, depth + 1, writer))
            {
                return false;
            }
        }

        index++;
        writer.WriteEndObject();
        return true;
    }

    private bool WriteAlias(AnchorAlias alias, int depth, Utf8JsonWriter writer)
    {
        if (!_anchors.TryGetValue(alias.Value.Value, out var target) || _open.Contains(target))
        {
            return Refuse(
                alias,
                DefinitionErrors.DocumentSyntax,
                $"no anchor `{JsonPath.Shorten(alias.Value.Value)}` is complete before this alias.");
        }

        return Write(ref target, depth, writer);
    }

    private bool Refuse(ParsingEvent place, string code, string message)
    {
        _problems.Add("$", code, $"Line {place.Start.Line}, column {place.Start.Column}: {message}");
        return false;
    }
}
