using Actant.Storage;
using Npgsql;

namespace Actant.Postgres;

/// <summary>An execution as a row of an answer.</summary>
internal static class ExecutionRow
{
    /// <summary>How many columns it has.</summary>
    public const int Width = 20;

    /// <summary>The columns of <c>executions e</c>.</summary>
    public const string Columns =
        "e.number, e.id, e.status, e.agent, e.definition, e.priority, e.held, e.deadline, e.created_at, e.started_at, e.ended_at, "
        + "e.start_position, e.end_position, e.failure, e.tokens, e.cost, e.idempotency_key, e.tags, e.started_by, e.fingerprint";

    /// <summary>The same columns of a function's answer <c>r</c> that has the row as <c>e</c>.</summary>
    public const string ColumnsOfAnswer =
        "(r.e).number, (r.e).id, (r.e).status, (r.e).agent, (r.e).definition, (r.e).priority, (r.e).held, (r.e).deadline, (r.e).created_at, "
        + "(r.e).started_at, (r.e).ended_at, (r.e).start_position, (r.e).end_position, (r.e).failure, (r.e).tokens, (r.e).cost, "
        + "(r.e).idempotency_key, (r.e).tags, (r.e).started_by, (r.e).fingerprint";

    public static ExecutionRecord? ReadOrNull(NpgsqlDataReader row, int first, ThreadKey thread) =>
        row.IsDBNull(first) ? null : Read(row, first, thread);

    public static ExecutionRecord Read(NpgsqlDataReader row, int first, ThreadKey thread) => new()
    {
        Thread = thread,
        Id = new ExecutionId(row.GetGuid(first + 1)),
        Status = (ExecutionStatus)row.GetInt16(first + 2),
        Agent = row.GetString(first + 3),
        Definition = row.Hash(first + 4),
        Priority = row.GetInt16(first + 5),
        Held = row.GetBoolean(first + 6),
        Deadline = row.TimeOrNull(first + 7),
        CreatedAt = row.Time(first + 8),
        StartedAt = row.TimeOrNull(first + 9),
        EndedAt = row.TimeOrNull(first + 10),
        StartPosition = row.LongOrNull(first + 11),
        EndPosition = row.LongOrNull(first + 12),
        Failure = row.BytesOrNull(first + 13) is { } failure ? RowValues.ReadFailure(failure) : null,
        Tokens = row.GetInt64(first + 14),
        CostUsd = row.GetDecimal(first + 15),
        IdempotencyKey = row.TextOrNull(first + 16),
        Tags = row.BytesOrNull(first + 17) is { } tags ? ExecutionTags.Read(tags) : null,
        StartedBy = row.BytesOrNull(first + 18) is { } by ? RowValues.ReadPrincipal(by) : null,
        Fingerprint = row.IsDBNull(first + 19) ? null : row.Hash(first + 19),
    };
}
