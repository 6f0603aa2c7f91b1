using System.Globalization;

namespace Actant.Api;

/// <summary>Asks what models were used and what that cost.</summary>
public sealed record UsageCommand
{
    private const int MostDays = 3 * 366;

    private static readonly string[] s_groups = ["day", "agent", "provider", "model"];

    /// <summary>The first day.</summary>
    public required DateOnly From { get; init; }

    /// <summary>The last day.</summary>
    public required DateOnly To { get; init; }

    /// <summary>What rows are summed by: some of <c>day</c>, <c>agent</c>, <c>provider</c>, <c>model</c>.</summary>
    public required IReadOnlyList<string> Groups { get; init; }

    /// <summary>Only by this agent.</summary>
    public string? Agent { get; init; }

    /// <summary>Only this model.</summary>
    public string? Model { get; init; }

    /// <summary>Only this provider.</summary>
    public string? Provider { get; init; }

    /// <summary>Reads one.</summary>
    /// <param name="fields">The fields.</param>
    /// <param name="today">Today, in UTC.</param>
    public static Reply<UsageCommand> Read(CommandFields fields, DateOnly today)
    {
        var to = Day(fields, "to") ?? today;
        var from = Day(fields, "from") ?? to.AddDays(-29);
        var groups = (fields.Name("group_by") ?? "day").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal).ToList();
        var command = new UsageCommand
        {
            From = from,
            To = to,
            Groups = groups,
            Agent = fields.Name("agent"),
            Model = fields.Name("model"),
            Provider = fields.Name("provider"),
        };
        if (groups.Except(s_groups, StringComparer.Ordinal).Any())
        {
            fields.Wrong("group_by", $"Some of {string.Join(", ", s_groups)} are expected, with commas between.");
        }

        if (from > to || to.DayNumber - from.DayNumber > MostDays)
        {
            fields.Wrong("from", $"A day not after `to`, and at most {MostDays} days before it, is expected.");
        }

        return fields.Read(command);
    }

    private static DateOnly? Day(CommandFields fields, string name)
    {
        if (fields.Name(name) is not { } text)
        {
            return null;
        }

        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            return day;
        }

        fields.Wrong(name, "A day such as 2026-01-31 is expected.");
        return null;
    }
}
