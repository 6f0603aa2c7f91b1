using System.Text;

namespace Actant.Benchmarks.Reports;

/// <summary>Figures of one kind under a name that pages refer to.</summary>
internal sealed class Table(string name, params string[] columns)
{
    private readonly List<Cell[]> _rows = [];

    public string Name { get; } = name;

    public IReadOnlyList<string> Columns { get; } = columns;

    public IReadOnlyList<Cell[]> Rows => _rows;

    public void Add(params Cell[] cells) => _rows.Add(cells);

    /// <summary>As Markdown whose columns are aligned, so that it reads well on a terminal too.</summary>
    public string ToMarkdown()
    {
        var widths = Columns.Select((column, index) => _rows.Select(row => row[index].Text.Length).Append(column.Length).Max()).ToArray();
        var text = new StringBuilder();
        AddRow(text, widths, [.. Columns.Select(column => new Cell(column))]);
        text.Append('|');
        for (var i = 0; i < widths.Length; i++)
        {
            text.Append(IsNumeric(i) ? new string('-', widths[i] + 1) + ":|" : new string('-', widths[i] + 2) + "|");
        }

        text.AppendLine();
        foreach (var row in _rows)
        {
            AddRow(text, widths, row);
        }

        return text.ToString();
    }

    private bool IsNumeric(int column) => _rows.Count > 0 && _rows.Exists(row => row[column].Number is not null);

    private void AddRow(StringBuilder text, int[] widths, Cell[] cells)
    {
        text.Append('|');
        for (var i = 0; i < widths.Length; i++)
        {
            var cell = cells[i].Text;
            text.Append(' ').Append(IsNumeric(i) ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i])).Append(" |");
        }

        text.AppendLine();
    }
}
