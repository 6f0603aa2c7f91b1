using System.Globalization;
using Actant.Storage;

namespace Actant.Sqlite;

/// <summary>What models were used, summed by day. Money is added as decimals, which SQLite does not have.</summary>
internal static class UsageTable
{
    public static void Add(Connection connection, long tenant, int day, UsageAmount amount)
    {
        var cost = amount.CostUsd;
        if (cost != 0)
        {
            using var query = connection.Use("SELECT cost FROM usage WHERE tenant = ? AND day = ? AND agent = ? AND provider = ? AND model = ?");
            if (query.Bind(tenant).Bind(day).Bind(amount.Agent).Bind(amount.Provider).Bind(amount.Model).Step())
                cost += Cost(query, 0);
        }

        using var upsert = connection.Use(
            """
            INSERT INTO usage (tenant, day, agent, provider, model, calls, input_tokens, cached_tokens, output_tokens, reasoning_tokens, cost)
              VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
              ON CONFLICT DO UPDATE SET calls = calls + excluded.calls, input_tokens = input_tokens + excluded.input_tokens,
                cached_tokens = cached_tokens + excluded.cached_tokens, output_tokens = output_tokens + excluded.output_tokens,
                reasoning_tokens = reasoning_tokens + excluded.reasoning_tokens, cost = coalesce(excluded.cost, cost)
            """);
        upsert.Bind(tenant).Bind(day).Bind(amount.Agent).Bind(amount.Provider).Bind(amount.Model)
            .Bind(amount.Calls).Bind(amount.InputTokens).Bind(amount.CachedTokens).Bind(amount.OutputTokens).Bind(amount.ReasoningTokens)
            .Bind(amount.CostUsd == 0 ? null : cost.ToString(CultureInfo.InvariantCulture)).Run();
    }

    public static IReadOnlyList<DailyUsage> Read(Connection connection, TenantId tenant, DateOnly first, DateOnly last)
    {
        using var query = connection.Use(
            """
            SELECT day, agent, provider, model, calls, input_tokens, cached_tokens, output_tokens, reasoning_tokens, cost FROM usage
              WHERE tenant = (SELECT id FROM tenants WHERE name = ?) AND day BETWEEN ? AND ? ORDER BY day, agent, provider, model
            """);
        query.Bind(tenant.Value).Bind(first.DayNumber).Bind(last.DayNumber);
        var rows = new List<DailyUsage>();
        while (query.Step())
        {
            rows.Add(new DailyUsage(DateOnly.FromDayNumber(query.Int(0)), new UsageAmount
            {
                Agent = query.Text(1),
                Provider = query.Text(2),
                Model = query.Text(3),
                Calls = query.Long(4),
                InputTokens = query.Long(5),
                CachedTokens = query.Long(6),
                OutputTokens = query.Long(7),
                ReasoningTokens = query.Long(8),
                CostUsd = Cost(query, 9),
            }));
        }

        return rows;
    }

    private static decimal Cost(Statement row, int column) =>
        row.TextOrNull(column) is { } text ? decimal.Parse(text, CultureInfo.InvariantCulture) : 0;
}
