using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Actant.Expressions.Nodes;
using Actant.Expressions.Values;

namespace Actant.Expressions.Templates;

/// <summary>Renders values into text, up to the evaluation's limit.</summary>
internal static class TemplateText
{
    // The text goes into prompts and messages, not into HTML: an é stays an é.
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // Bytes of JSON that may be written for one character of the limit: three of UTF-8, and white space that falls away.
    private const int BytesPerCharacter = 4;

    public static bool TryAppend(ref Evaluation evaluation, StringBuilder text, in ExpressionValue value, int position)
    {
        switch (value.Kind)
        {
            case ExpressionValueKind.Null:
                return true;
            case ExpressionValueKind.String:
                return evaluation.TryReadText(value, position, out var plain) && TryAppend(ref evaluation, text, plain, position);
            case ExpressionValueKind.Double when !value.IsJson:
                return TryAppend(ref evaluation, text, NumberText.Format(value.GetDouble()), position);
            default:
                return TryAppendJson(ref evaluation, text, value, position);
        }
    }

    public static bool TryAppend(ref Evaluation evaluation, StringBuilder text, string part, int position)
    {
        if (text.Length + (long)part.Length > evaluation.MaxStringLength)
        {
            return evaluation.FailTooExpensive($"The text is longer than {evaluation.MaxStringLength} characters.", position);
        }

        text.Append(part);
        return true;
    }

    private static bool TryAppendJson(ref Evaluation evaluation, StringBuilder text, in ExpressionValue value, int position)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer, Compact);
        if (!ValueWriter.Write(value, writer, (long)evaluation.MaxStringLength * BytesPerCharacter))
        {
            writer.Reset();
            return evaluation.FailTooExpensive($"The text is longer than {evaluation.MaxStringLength} characters.", position);
        }

        writer.Flush();
        return evaluation.TrySpendText(buffer.WrittenCount, position)
            && TryAppend(ref evaluation, text, Encoding.UTF8.GetString(buffer.WrittenSpan), position);
    }
}
