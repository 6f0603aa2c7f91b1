using System.Globalization;
using Actant.Storage;
using Actant.StoreRules;

namespace Actant.Sqlite;

/// <summary>Executions as rows of a query.</summary>
internal static class ExecutionColumns
{
    /// <summary>The columns that <see cref="Read"/> reads, of <c>executions e JOIN threads t</c>.</summary>
    public const string All =
        "e.number, e.thread, e.id, e.status, e.agent, e.definition, e.priority, e.held, e.deadline, e.created_at, e.started_at, "
        + "e.ended_at, e.start_position, e.end_position, e.failure, e.tokens, e.cost, e.idempotency_key, e.fingerprint, "
        + "e.last_cancel, t.name, e.tags, e.started_by";

    /// <summary>Where executions are read from: those of a deleted thread are gone, removed or not.</summary>
    public const string Source = "executions e JOIN threads t ON t.id = e.thread AND t.name IS NOT NULL";

    public static ExecutionRow Read(Statement row, TenantId tenant, int first = 0)
    {
        var record = new ExecutionRecord
        {
            Id = new ExecutionId(row.Guid(first + 2)),
            Status = (ExecutionStatus)row.Int(first + 3),
            Agent = row.Text(first + 4),
            Definition = row.Hash(first + 5),
            Priority = row.Int(first + 6),
            Held = row.Bool(first + 7),
            Deadline = row.TimeOrNull(first + 8),
            CreatedAt = row.Time(first + 9),
            StartedAt = row.TimeOrNull(first + 10),
            EndedAt = row.TimeOrNull(first + 11),
            StartPosition = row.LongOrNull(first + 12),
            EndPosition = row.LongOrNull(first + 13),
            Failure = row.IsNull(first + 14) ? null : RowValues.ReadFailure(row.BlobSpan(first + 14)),
            Tokens = row.Long(first + 15),
            CostUsd = !row.IsNull(first + 16) && decimal.TryParse(row.Text(first + 16), CultureInfo.InvariantCulture, out var cost) ? cost : 0m,
            IdempotencyKey = row.TextOrNull(first + 17),
            Fingerprint = row.HashOrNull(first + 18),
            Tags = row.IsNull(first + 21) ? null : ExecutionTags.Read(row.BlobSpan(first + 21)),
            StartedBy = row.IsNull(first + 22) ? null : RowValues.ReadPrincipal(row.BlobSpan(first + 22)),
            Thread = new ThreadKey(tenant, row.Text(first + 20)),
        };
        return new ExecutionRow(row.Long(first), row.Long(first + 1), record) { LastCancel = row.Long(first + 19) };
    }
}
