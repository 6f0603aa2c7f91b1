using System.Globalization;
using System.Text.Json;

namespace Actant.Api;

/// <summary>Parts of what a command is filed under. What the values may be, the engine says.</summary>
internal static class TagFields
{
    public static Dictionary<string, string> ReadLabels(JsonFields fields)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var label in fields.Nested("labels")?.EnumerateObject().AsEnumerable() ?? [])
        {
            if (label.Value.ValueKind == JsonValueKind.String)
            {
                labels[label.Name] = label.Value.GetString()!;
            }
            else
            {
                fields.Wrong($"labels.{label.Name}", "A text is expected.");
            }
        }

        return labels;
    }

    /// <summary>Labels to look for: each text names one that must be there.</summary>
    public static Dictionary<string, string> ReadWanted(CommandFields fields, string name, int most)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in fields.Texts(name, most))
        {
            if (pair.IndexOf('=', StringComparison.Ordinal) is > 0 and var at && labels.TryAdd(pair[..at], pair[(at + 1)..]))
            {
                continue;
            }

            fields.Wrong(name, "name=value is expected, each name once.");
        }

        return labels;
    }

    public static DateTimeOffset? ReadTime(CommandFields fields, string name)
    {
        if (fields.Name(name) is not { } text)
        {
            return null;
        }

        // Without an offset it would be in the server's own time.
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
        {
            return time;
        }

        fields.Wrong(name, "A time such as 2030-01-31T12:00:00Z is expected.");
        return null;
    }
}
