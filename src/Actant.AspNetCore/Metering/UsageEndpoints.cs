using System.Globalization;
using Actant.AspNetCore.Access;
using Actant.AspNetCore.Answers;
using Actant.AspNetCore.Problems;
using Actant.AspNetCore.Requests;
using Actant.Executions;
using Actant.Storage;
using Microsoft.AspNetCore.Http;

namespace Actant.AspNetCore.Metering;

/// <summary>Shows what models were used and what that cost.</summary>
internal sealed class UsageEndpoints(ActantEngine engine, TenantResolver tenants, TimeProvider time)
{
    private const int MostDays = 3 * 366;

    private static readonly string[] s_groups = ["day", "agent", "provider", "model"];

    public async Task GetAsync(HttpContext context)
    {
        var query = new QueryValues(context.Request.Query);
        if (query.Name("thread_id") is { } thread)
        {
            query.Errors.ThrowIfAny();
            await AnswerThreadAsync(context, thread);
            return;
        }

        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var to = Day(query, "to") ?? today;
        var from = Day(query, "from") ?? to.AddDays(-29);
        var groups = (query.Name("group_by") ?? "day").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal).ToList();
        var agent = query.Name("agent");
        var model = query.Name("model");
        var provider = query.Name("provider");
        if (groups.Except(s_groups, StringComparer.Ordinal).Any())
        {
            query.Errors.Add("?group_by", "wrong_type", $"Some of {string.Join(", ", s_groups)} are expected, with commas between.");
        }

        if (from > to || to.DayNumber - from.DayNumber > MostDays)
        {
            query.Errors.Add("?from", "wrong_type", $"A day not after `to`, and at most {MostDays} days before it, is expected.");
        }

        query.Errors.ThrowIfAny();
        var used = (await engine.Store.For(tenants.Of(context)).ReadUsageAsync(from, to, context.RequestAborted))
            .Where(row => (agent is null || row.Amount.Agent == agent) && (model is null || row.Amount.Model == model) && (provider is null || row.Amount.Provider == provider))
            .ToList();
        var rows = used
            .GroupBy(row => (
                Day: groups.Contains("day") ? row.Day : (DateOnly?)null,
                Agent: groups.Contains("agent") ? row.Amount.Agent : null,
                Provider: groups.Contains("provider") ? row.Amount.Provider : null,
                Model: groups.Contains("model") ? row.Amount.Model : null))
            .Select(group => UsageRow.Sum(group) with { Day = group.Key.Day, Agent = group.Key.Agent, Provider = group.Key.Provider, Model = group.Key.Model })
            .ToList();
        await Answer.WriteAsync(context, StatusCodes.Status200OK, new UsageView(from, to, groups, rows, UsageRow.Sum(used)), UsageJson.Wire.UsageView);
    }

    private async Task AnswerThreadAsync(HttpContext context, string thread)
    {
        var client = engine.For(tenants.Of(context));
        var (count, tokens, cost) = (0L, 0L, 0m);
        string? cursor = null;
        do
        {
            var page = await client.ListAsync(new ExecutionFilter { Thread = thread }, cursor, StorageLimits.MaxItems, context.RequestAborted);
            count += page.Items.Count;
            tokens += page.Items.Sum(static execution => execution.Tokens);
            cost += page.Items.Sum(static execution => execution.CostUsd);
            cursor = page.Cursor;
        }
        while (cursor is not null);
        if (count == 0)
        {
            throw new ProblemException(ProblemCodes.ThreadNotFound, $"There is no thread '{thread}' with executions.");
        }

        await Answer.WriteAsync(context, StatusCodes.Status200OK, new ThreadUsageView(thread, count, tokens, cost), UsageJson.Wire.ThreadUsageView);
    }

    private static DateOnly? Day(QueryValues query, string name)
    {
        if (query.Name(name) is not { } text)
        {
            return null;
        }

        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            return day;
        }

        query.Errors.Add($"?{name}", "wrong_type", "A day such as 2026-01-31 is expected.");
        return null;
    }
}
