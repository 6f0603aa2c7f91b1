using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Actant.Definitions;

/// <summary>
/// Rewrites a JSON document compactly, keeping the order of fields, and finds on the way what makes it unfit to be stored:
/// nesting, fields that stand twice, text that is no Unicode. One pass, no recursion.
/// </summary>
internal ref struct JsonNormaliser
{
    private static readonly JsonWriterOptions s_compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ProblemList _problems;
    private readonly Stack<JsonFrame> _frames = [];
    private Utf8JsonReader _reader;

    private JsonNormaliser(ReadOnlySpan<byte> utf8, ProblemList problems)
    {
        _problems = problems;
        _reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = DefinitionBounds.Depth + 1 });
    }

    /// <summary>The compact document; <c>null</c> if it cannot be read at all. <paramref name="name"/> is added where the document has none.</summary>
    public static ReadOnlyMemory<byte>? TryNormalise(ReadOnlySpan<byte> utf8, string name, ProblemList problems)
    {
        if (!Utf8.IsValid(utf8))
        {
            problems.Add("$", DefinitionErrors.DocumentEncoding, "The document is not UTF-8; save it as UTF-8 and try again.");
            return null;
        }

        var output = new ArrayBufferWriter<byte>(Math.Max(utf8.Length, 256));
        using var writer = new Utf8JsonWriter(output, s_compact);
        try
        {
            if (!new JsonNormaliser(utf8, problems).Copy(writer, name))
            {
                return null;
            }
        }
        catch (JsonException exception)
        {
            problems.Add("$", DefinitionErrors.DocumentSyntax, JsonLimits.Describe(exception));
            return null;
        }

        writer.Flush();
        return output.WrittenMemory;
    }

    private bool Copy(Utf8JsonWriter writer, string name)
    {
        var hasName = false;
        while (_reader.Read())
        {
            if (_reader.TokenType is not (JsonTokenType.EndObject or JsonTokenType.EndArray or JsonTokenType.PropertyName))
            {
                Advance();
            }

            switch (_reader.TokenType)
            {
                case JsonTokenType.StartObject or JsonTokenType.StartArray when _reader.CurrentDepth >= DefinitionBounds.Depth:
                    _problems.Add(
                        "$",
                        DefinitionErrors.DocumentTooDeep,
                        $"The document is nested more than {DefinitionBounds.Depth} deep; flatten it.");
                    return false;
                case JsonTokenType.StartObject:
                    _frames.Push(new JsonFrame(isObject: true));
                    writer.WriteStartObject();
                    break;
                case JsonTokenType.StartArray:
                    _frames.Push(new JsonFrame(isObject: false));
                    writer.WriteStartArray();
                    break;
                case JsonTokenType.EndObject:
                    if (_frames.Count == 1 && !hasName)
                    {
                        writer.WriteString("name", name);
                    }

                    _frames.Pop();
                    writer.WriteEndObject();
                    break;
                case JsonTokenType.EndArray:
                    _frames.Pop();
                    writer.WriteEndArray();
                    break;
                case JsonTokenType.PropertyName:
                    var key = ReadText();
                    hasName |= _frames.Count == 1 && key == "name";
                    EnterMember(key);
                    writer.WritePropertyName(key);
                    break;
                case JsonTokenType.String:
                    writer.WriteStringValue(ReadText());
                    break;
                default:
                    writer.WriteRawValue(_reader.ValueSpan, skipInputValidation: true);
                    break;
            }
        }

        return true;
    }

    private readonly void Advance()
    {
        if (_frames.TryPop(out var frame))
        {
            frame.Next();
            _frames.Push(frame);
        }
    }

    private readonly void EnterMember(string key)
    {
        var frame = _frames.Pop();
        var isNew = frame.Enter(key);
        _frames.Push(frame);
        if (!isNew)
        {
            _problems.Add(
                Path(),
                DefinitionErrors.DuplicateField,
                $"The field `{JsonPath.Shorten(key)}` stands twice; keep one of them.");
        }
    }

    private readonly string ReadText()
    {
        string text;
        try
        {
            text = _reader.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            // How the reader says that an escaped surrogate lacks its other half.
            _problems.Add(
                Path(),
                DefinitionErrors.InvalidText,
                "The text holds half of a surrogate pair; write the whole character.");
            return "";
        }

        if (text.Contains('\0'))
        {
            _problems.Add(Path(), DefinitionErrors.InvalidText, "The text holds U+0000; remove it.");
        }

        return text;
    }

    private readonly string Path()
    {
        var path = "$";
        foreach (var frame in _frames.Reverse())
        {
            path = frame.PathBelow(path);
        }

        return path;
    }
}
