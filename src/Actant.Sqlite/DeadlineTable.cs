using Actant.Storage;

namespace Actant.Sqlite;

/// <summary>Deadlines of executions that wait to begin and are not cancelled; that of a held one does not count yet.</summary>
internal static class DeadlineTable
{
    private const string Waits = "e.status = 0 AND e.last_cancel = 0 AND e.held = 0 AND e.deadline IS NOT NULL";

    public static DateTimeOffset? Next(Connection connection)
    {
        using var query = connection.Use($"SELECT min(e.deadline) FROM executions e INDEXED BY executions_overdue WHERE {Waits}");
        return query.Step() ? query.TimeOrNull(0) : null;
    }

    public static IReadOnlyList<OverdueExecution> List(Connection connection, DateTimeOffset now, int max)
    {
        var overdue = new List<OverdueExecution>();
        using var query = connection.Use(
            $"""
            SELECT n.name, t.name, e.id, e.deadline FROM executions e INDEXED BY executions_overdue
              JOIN threads t ON t.id = e.thread AND t.name IS NOT NULL JOIN tenants n ON n.id = e.tenant
              WHERE {Waits} AND e.deadline <= ? ORDER BY e.deadline, e.number LIMIT ?
            """);
        query.Bind(now).Bind(max);
        while (query.Step())
            overdue.Add(new OverdueExecution(new ThreadKey(new TenantId(query.Text(0)), query.Text(1)), new ExecutionId(query.Guid(2)), query.Time(3)));
        return overdue;
    }
}
