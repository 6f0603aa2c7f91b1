using System.Text.Json;

namespace Actant.Benchmarks.Reports;

/// <summary>The tables of a run: shown as they come, written to files at the end.</summary>
internal sealed class Report
{
    private readonly List<Table> _tables = [];

    /// <summary>Takes a finished table and shows it.</summary>
    public void Add(Table table)
    {
        _tables.Add(table);
        Console.WriteLine($"\n## {table.Name}\n");
        Console.Write(table.ToMarkdown());
    }

    public async Task WriteJsonAsync(string file)
    {
        await using var stream = File.Create(file);
        await using var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        writer.WriteStartObject();
        foreach (var table in _tables)
        {
            writer.WriteStartArray(table.Name);
            foreach (var row in table.Rows)
            {
                WriteRow(writer, table.Columns, row);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    /// <summary>Replaces what stands between a table's markers in a page. Tables that the page has no markers for are left out.</summary>
    /// <exception cref="InvalidDataException">A marker is not closed.</exception>
    public async Task FillAsync(string file)
    {
        var page = await File.ReadAllTextAsync(file);
        foreach (var table in _tables)
        {
            var (open, close) = ($"<!-- bench:{table.Name} -->", $"<!-- /bench:{table.Name} -->");
            var start = page.IndexOf(open, StringComparison.Ordinal);
            if (start < 0)
            {
                continue;
            }

            start += open.Length;
            var end = page.IndexOf(close, start, StringComparison.Ordinal);
            if (end < 0)
            {
                throw new InvalidDataException($"{file}: {open} is not closed by {close}.");
            }

            page = $"{page[..start]}\n\n{table.ToMarkdown()}\n{page[end..]}";
        }

        await File.WriteAllTextAsync(file, page.ReplaceLineEndings("\n"));
    }

    private static void WriteRow(Utf8JsonWriter writer, IReadOnlyList<string> columns, Cell[] row)
    {
        writer.WriteStartObject();
        for (var i = 0; i < row.Length; i++)
        {
            if (row[i].Number is { } number && double.IsFinite(number))
            {
                writer.WriteNumber(columns[i], number);
            }
            else
            {
                writer.WriteString(columns[i], row[i].Text);
            }
        }

        writer.WriteEndObject();
    }
}
