using System.Globalization;
using Actant.Storage;
using Actant.StoreRules;

namespace Actant.Sqlite;

/// <summary>Execution rows on the writer's connection.</summary>
internal sealed class ExecutionTable(Connection connection)
{
    /// <summary>Deleted threads whose rows may still be there: only then can a new row meet an old one's id or key.</summary>
    public int Removing { get; set; }

    public ExecutionRow? Find(long tenantNumber, TenantId tenant, ExecutionId id)
    {
        using var query = connection.Use($"SELECT {ExecutionColumns.All} FROM {ExecutionColumns.Source} WHERE e.tenant = ? AND e.id = ?");
        return query.Bind(tenantNumber).Bind(id.Value).Step() ? ExecutionColumns.Read(query, tenant) : null;
    }

    public ExecutionRow? Find(long tenantNumber, TenantId tenant, string key)
    {
        using var query = connection.Use(
            $"SELECT {ExecutionColumns.All} FROM {ExecutionColumns.Source} WHERE e.tenant = ? AND e.idempotency_key = ?");
        return query.Bind(tenantNumber).Bind(key).Step() ? ExecutionColumns.Read(query, tenant) : null;
    }

    /// <summary>The execution that has a submission's key already, or else its id.</summary>
    public ExecutionRow? FindKnown(long tenantNumber, TenantId tenant, Submission submission) =>
        (submission.IdempotencyKey is { } key ? Find(tenantNumber, tenant, key) : null) ?? Find(tenantNumber, tenant, submission.Id);

    public ExecutionRow? Find(long? number, TenantId tenant)
    {
        if (number is not { } present)
            return null;
        using var query = connection.Use($"SELECT {ExecutionColumns.All} FROM {ExecutionColumns.Source} WHERE e.number = ?");
        return query.Bind(present).Step() ? ExecutionColumns.Read(query, tenant) : null;
    }

    public bool HasPending(long thread)
    {
        using var query = connection.Use("SELECT 1 FROM executions WHERE thread = ? AND status = 0 LIMIT 1");
        return query.Bind(thread).Step();
    }

    /// <summary>How many executions of a tenant have not started, counted up to a bound.</summary>
    public int CountPending(long tenant, int max)
    {
        using var query = connection.Use("SELECT count(*) FROM (SELECT 1 FROM executions WHERE tenant = ? AND status = 0 LIMIT ?)");
        query.Bind(tenant).Bind(max).Step();
        return query.Int(0);
    }

    /// <summary>Adds a pending execution to a thread; answers with its row.</summary>
    public ExecutionRow Add(SqliteThread thread, Submission submission, DateTimeOffset now)
    {
        if (Removing > 0)
            RemoveLeftover(thread.Tenant, submission);
        var record = ExecutionRow.Accepted(submission, thread.Key, submission.Deadline is { } deadline ? Microseconds.Round(deadline) : null, now);
        using var insert = connection.Use(
            """
            INSERT INTO executions (tenant, id, thread, status, agent, definition, priority, held, deadline, created_at, tokens,
              idempotency_key, fingerprint, last_cancel, ahead, tags)
            VALUES (?, ?, ?, 0, ?, ?, ?, ?, ?, ?, 0, ?, ?, 0, ?, ?)
            """);
        insert.Bind(thread.Tenant).Bind(submission.Id.Value).Bind(thread.Number).Bind(submission.Agent).Bind((BlobHash?)submission.Definition)
            .Bind(submission.Priority).Bind(submission.Held).Bind(submission.Deadline).Bind(now).Bind(submission.IdempotencyKey)
            .Bind(submission.Fingerprint).Bind(submission.GoesAhead ? 1L : null);
        (submission.Tags is { } tags ? insert.Bind(tags.ToBytes().AsSpan()) : insert.BindNull()).Run();
        var number = connection.LastInsertRowId;
        TagTable.Add(connection, thread, number, submission.Tags);
        var execution = new ExecutionRow(number, thread.Number, record);
        thread.AddExecution(execution, submission.GoesAhead);
        return execution;
    }

    /// <summary>Writes what an execution's row may change.</summary>
    public void Save(long number, ExecutionRecord record)
    {
        using var update = connection.Use(
            """
            UPDATE executions SET status = ?, started_at = ?, ended_at = ?, start_position = ?, end_position = ?, failure = ?,
              tokens = ?, cost = ? WHERE number = ?
            """);
        update.Bind((int)record.Status).Bind(record.StartedAt).Bind(record.EndedAt).Bind(record.StartPosition).Bind(record.EndPosition);
        if (record.Failure is { } failure)
            update.Bind(RowValues.Write(failure).AsSpan());
        else
            update.BindNull();
        update.Bind(record.Tokens).Bind(record.CostUsd == 0m ? null : record.CostUsd.ToString(CultureInfo.InvariantCulture))
            .Bind(number).Run();
    }

    public void Release(long number, ExecutionRecord record)
    {
        using var update = connection.Use("UPDATE executions SET held = 0, started_by = ?, deadline = ? WHERE number = ?");
        (record.StartedBy is { } by ? update.Bind(RowValues.Write(by).AsSpan()) : update.BindNull()).Bind(record.Deadline).Bind(number).Run();
    }

    public void SetLastCancel(long number, long signal)
    {
        using var update = connection.Use("UPDATE executions SET last_cancel = ? WHERE number = ?");
        update.Bind(signal).Bind(number).Run();
    }

    private void RemoveLeftover(long tenant, Submission submission)
    {
        using (var tags = connection.Use(
            """
            DELETE FROM execution_tags WHERE number IN (SELECT number FROM executions WHERE tenant = ?1 AND (id = ?2 OR idempotency_key = ?3)
              AND thread IN (SELECT id FROM threads WHERE name IS NULL)) AND thread IN (SELECT id FROM threads WHERE name IS NULL)
            """))
        {
            tags.Bind(tenant).Bind(submission.Id.Value).Bind(submission.IdempotencyKey).Run();
        }

        using var delete = connection.Use(
            """
            DELETE FROM executions WHERE tenant = ?1 AND (id = ?2 OR idempotency_key = ?3)
              AND thread IN (SELECT id FROM threads WHERE name IS NULL)
            """);
        delete.Bind(tenant).Bind(submission.Id.Value).Bind(submission.IdempotencyKey).Run();
    }
}
