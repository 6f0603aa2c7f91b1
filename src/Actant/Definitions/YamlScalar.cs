using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Actant.Definitions;

/// <summary>Gives YAML scalars their JSON values by YAML 1.2's core schema: <c>no</c> and <c>1_000</c> are texts.</summary>
internal static class YamlScalar
{
    private const string TagPrefix = "tag:yaml.org,2002:";

    /// <summary>Writes the value; the answer is what is wrong with it, or <c>null</c>.</summary>
    public static string? Write(Scalar scalar, Utf8JsonWriter writer)
    {
        var text = scalar.Value;
        if (!IsWellFormed(text))
        {
            return "a text with half of a surrogate pair";
        }

        if (!scalar.Tag.IsEmpty && !scalar.Tag.IsNonSpecific)
        {
            return WriteTagged(scalar.Tag.Value, text, writer);
        }

        if (scalar.Style != ScalarStyle.Plain || scalar.Tag.IsNonSpecific)
        {
            writer.WriteStringValue(text);
            return null;
        }

        return WritePlain(text, writer);
    }

    public static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !(i + 1 < text.Length && char.IsSurrogatePair(text[i], text[++i])))
            {
                return false;
            }
        }

        return true;
    }

    private static string? WriteTagged(string tag, string text, Utf8JsonWriter writer)
    {
        switch (tag)
        {
            case TagPrefix + "str":
                writer.WriteStringValue(text);
                return null;
            case TagPrefix + "null" or TagPrefix + "bool" or TagPrefix + "int" or TagPrefix + "float":
                return WritePlain(text, writer);
            default:
                return $"the tag `{JsonPath.Shorten(tag)}`";
        }
    }

    private static string? WritePlain(string text, Utf8JsonWriter writer)
    {
        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                writer.WriteNullValue();
                return null;
            case "true" or "True" or "TRUE":
                writer.WriteBooleanValue(true);
                return null;
            case "false" or "False" or "FALSE":
                writer.WriteBooleanValue(false);
                return null;
        }

        if (text.AsSpan().TrimStart("+-") is ".inf" or ".Inf" or ".INF" || text is ".nan" or ".NaN" or ".NAN")
        {
            return $"the number `{text}`";
        }

        if (YamlNumber.TryToJson(text) is { } number)
        {
            writer.WriteRawValue(number, skipInputValidation: true);
        }
        else
        {
            writer.WriteStringValue(text);
        }

        return null;
    }
}
