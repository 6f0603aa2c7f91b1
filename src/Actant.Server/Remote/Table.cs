using System.Text.Json;
using Actant.Server.Running;

namespace Actant.Server.Remote;

/// <summary>Prints JSON objects for people.</summary>
internal static class Table
{
    private const int Widest = 60;

    /// <summary>A list as aligned columns, and how to get the rest.</summary>
    public static Action<JsonElement, TextWriter> Of(string list, params string[] columns) => (answer, output) =>
    {
        var items = answer.GetProperty(list).EnumerateArray().ToList();

        // What no row has would be a column of blanks.
        var shown = items.Count == 0 ? columns : [.. columns.Where(column => items.Exists(item => item.TryGetProperty(column, out _)))];
        var rows = items.Select(item => shown.Select(column => Cell(item, column)).ToArray()).ToList();
        var widths = shown.Select((column, i) => rows.Select(row => row[i].Length).Append(column.Length).Max()).ToArray();
        Line(shown.Select(column => column.ToUpperInvariant()).ToArray());
        rows.ForEach(Line);
        if (answer.TryGetProperty("next_cursor", out var cursor) && cursor.ValueKind == JsonValueKind.String)
        {
            output.WriteLine($"more: --cursor {Text(cursor)}");
        }

        void Line(string[] cells) => output.WriteLine(string.Join("  ", cells.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd());
    };

    /// <summary>One object, a field a line.</summary>
    public static void One(JsonElement answer, TextWriter output)
    {
        var width = answer.EnumerateObject().Select(static field => field.Name.Length).DefaultIfEmpty().Max();
        foreach (var field in answer.EnumerateObject())
        {
            output.WriteLine($"{TerminalText.Field(field.Name).PadRight(width)}  {Text(field.Value)}");
        }
    }

    private static string Cell(JsonElement item, string column) => item.TryGetProperty(column, out var value) ? TerminalText.Cut(Text(value), Widest) : "";

    private static string Text(JsonElement value) => TerminalText.Field(value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText());
}
