using System.Text.Json;

namespace Actant.LanguageModels;

/// <summary>The arguments of a call, which vendors send as a text that their model wrote.</summary>
internal static class ArgumentsText
{
    /// <summary>The arguments. Of a name that stands twice the last one counts; nothing, and <c>null</c>, are what some write for a tool without any.</summary>
    /// <exception cref="JsonException">They are no object, or none that can be kept: the call's own fault, which its tool tells the model.</exception>
    public static Dictionary<string, object?> Read(string text)
    {
        var arguments = new Dictionary<string, object?>(StringComparer.Ordinal);
        if (string.IsNullOrWhiteSpace(text))
        {
            return arguments;
        }

        var parsed = StorableJson.Parse(text, out var fault) ?? throw new JsonException(fault);
        if (parsed.ValueKind == JsonValueKind.Null)
        {
            return arguments;
        }

        if (parsed.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException("The arguments are no object.");
        }

        foreach (var member in parsed.EnumerateObject())
        {
            arguments[member.Name] = member.Value;
        }

        return arguments;
    }
}
