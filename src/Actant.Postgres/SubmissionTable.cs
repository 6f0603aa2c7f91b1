using Actant.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Actant.Postgres;

/// <summary>
/// Many submissions as the arrays of <c>actant_submit</c>. They stand in the order of their threads' names, in which all nodes lock and
/// insert; their executions are numbered in the order in which they came.
/// </summary>
internal sealed class SubmissionTable
{
    private const string Sql =
        $"""
        SELECT item, outcome, accepted_at, epoch, "position", taken, taken_body, signal_number, crashes, is_ready, is_signalled, holder, thread,
          {ExecutionRow.ColumnsOfAnswer}
        FROM actant_submit($1, ROW($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)::submissions) r
        """;

    private readonly List<(SubmitCall Call, int Index, Guid? Taken, int Order)> _rows = [];

    public SubmissionTable(List<SubmitCall> calls)
    {
        foreach (var call in calls)
        {
            var leases = 0;
            for (var i = 0; i < call.Submissions.Count; i++)
                _rows.Add((call, i, call.Submissions[i].LeaseTo is null ? null : call.TakenIds[leases++], _rows.Count + 1));
        }

        _rows.Sort(static (a, b) =>
        {
            var byThread = LockOrder.Compare(
                a.Call.Number, a.Call.Submissions[a.Index].Thread, b.Call.Number, b.Call.Submissions[b.Index].Thread);
            return byThread != 0 ? byThread : a.Order.CompareTo(b.Order);
        });
    }

    public int Count => _rows.Count;

    public IEnumerable<(int Tenant, Submission Submission)> InOrder => _rows.Select(row => (row.Call.Number, row.Call.Submissions[row.Index]));

    public void Add(NpgsqlBatch batch, DateTimeOffset? clock)
    {
        var submissions = _rows.ConvertAll(row => row.Call.Submissions[row.Index]);
        var command = new NpgsqlBatchCommand(Sql);
        command.Parameters.Time(clock)
            .Array(NpgsqlDbType.Boolean, Ordinary(submissions))
            .Array(NpgsqlDbType.Integer, _rows.ConvertAll(row => row.Order))
            .Array(NpgsqlDbType.Integer, _rows.ConvertAll(row => row.Call.Number))
            .Array(NpgsqlDbType.Text, submissions.ConvertAll(submission => submission.Thread))
            .Array(NpgsqlDbType.Uuid, submissions.ConvertAll(submission => submission.Id.Value))
            .Array(NpgsqlDbType.Text, submissions.ConvertAll(submission => submission.Agent))
            .Array(NpgsqlDbType.Bytea, submissions.ConvertAll(submission => ((BlobHash?)submission.Definition).ToBytes()))
            .Array(NpgsqlDbType.Bytea, submissions.ConvertAll(submission => submission.Input))
            .Array(NpgsqlDbType.Text, submissions.ConvertAll(submission => submission.IdempotencyKey))
            .Array(NpgsqlDbType.Bytea, submissions.ConvertAll(submission => submission.Fingerprint.ToBytes()))
            .Array(NpgsqlDbType.Smallint, submissions.ConvertAll(submission => (short)submission.Priority))
            .Array(NpgsqlDbType.TimestampTz, submissions.ConvertAll(submission => submission.Deadline?.UtcDateTime))
            .Array(NpgsqlDbType.Boolean, submissions.ConvertAll(submission => submission.Held))
            .Array(NpgsqlDbType.Smallint, submissions.ConvertAll(submission => (short?)submission.WhenBusy))
            .Array(NpgsqlDbType.Bytea, submissions.ConvertAll(submission => submission.Displacement))
            .Array(NpgsqlDbType.Bigint, _rows.ConvertAll(row => row.Call.Accepters[row.Index]))
            .Array(NpgsqlDbType.Uuid, submissions.ConvertAll(submission => submission.LeaseTo?.Session.Value))
            .Array(NpgsqlDbType.Integer, submissions.ConvertAll(submission => submission.LeaseTo?.Format))
            .Array(NpgsqlDbType.Uuid, _rows.ConvertAll(row => row.Taken))
            .Array(NpgsqlDbType.Bytea, submissions.ConvertAll(submission => submission.LeaseTo?.TakenBody.ToArray()))
            .Array(NpgsqlDbType.Bytea, submissions.ConvertAll(submission => submission.Tags?.ToBytes()))
            .Array(NpgsqlDbType.Text, submissions.ConvertAll(submission => KeysOf(submission.Tags)));
        batch.BatchCommands.Add(command);
    }

    public async Task ReadAsync(NpgsqlDataReader rows, List<(Wakeup Wakeup, Guid? Holder)> wakeups, CancellationToken cancellationToken)
    {
        while (await rows.ReadAsync(cancellationToken))
        {
            var row = _rows[rows.GetInt32(0) - 1];
            var submission = row.Call.Submissions[row.Index];
            row.Call.Results[row.Index] = Read(rows, row.Call.Tenant, submission);
            if (rows.GetBoolean(9))
                wakeups.Add((new Wakeup(WakeupKind.WorkIsReady), null));
            if (rows.GetBoolean(10))
                wakeups.Add((new Wakeup(WakeupKind.Signalled, new ThreadKey(row.Call.Tenant, submission.Thread)), rows.IdOrNull(11)));
        }

        foreach (var row in _rows)
            row.Call.Answer(row.Call.Results);
    }

    /// <summary>Of each, whether no other has its thread, its id or its key.</summary>
    private List<bool> Ordinary(List<Submission> submissions)
    {
        if (submissions.Count == 1)
            return [true];
        var ids = submissions.CountBy(submission => submission.Id.Value).ToDictionary();
        var keys = submissions.Where(submission => submission.IdempotencyKey is not null).CountBy(submission => submission.IdempotencyKey!).ToDictionary();
        var threads = InOrder.CountBy(row => (row.Tenant, row.Submission.Thread)).ToDictionary();
        return [.. InOrder.Select(row => ids[row.Submission.Id.Value] == 1 && threads[(row.Tenant, row.Submission.Thread)] == 1
            && (row.Submission.IdempotencyKey is not { } key || keys[key] == 1))];
    }

    /// <summary>The keys of tags as the functions read them: none of them has a line break.</summary>
    internal static string? KeysOf(ExecutionTags? tags) => tags?.Keys is { Count: > 0 } keys ? string.Join('\n', keys) : null;

    private static SubmitResult Read(NpgsqlDataReader rows, TenantId tenant, Submission submission)
    {
        var outcome = (SubmitOutcome)rows.GetInt32(1);
        var leased = !rows.IsDBNull(3);
        if (outcome == SubmitOutcome.Accepted)
        {
            var accepted = Accepted(submission, tenant, rows.Time(2), leased);
            return new SubmitResult(outcome, accepted, leased ? Lease(rows, accepted, submission.LeaseTo!.TakenBody) : null);
        }

        var other = rows.IsDBNull(12) ? null : ExecutionRow.ReadOrNull(rows, 13, new ThreadKey(tenant, rows.GetString(12)));
        return new SubmitResult(outcome, other, leased ? Lease(rows, other!, rows.Bytes(6)) : null);
    }

    private static TakenThread Lease(NpgsqlDataReader rows, ExecutionRecord execution, ReadOnlyMemory<byte> body)
    {
        var entry = new StoredEntry(rows.GetInt64(4), rows.GetGuid(5), null, rows.GetInt64(3), body);
        return new TakenThread(execution.Thread, entry.Epoch, entry, rows.GetInt64(7), rows.GetInt32(8), execution);
    }

    private static ExecutionRecord Accepted(Submission submission, TenantId tenant, DateTimeOffset now, bool leased) => new()
    {
        Id = submission.Id,
        Thread = new ThreadKey(tenant, submission.Thread),
        Status = leased ? ExecutionStatus.Running : ExecutionStatus.Pending,
        Agent = submission.Agent,
        Definition = submission.Definition,
        Priority = submission.Priority,
        Held = submission.Held,
        Deadline = submission.Deadline is { } deadline ? new DateTimeOffset(deadline.UtcTicks / 10 * 10, TimeSpan.Zero) : null,
        CreatedAt = now,
        StartedAt = leased ? now : null,
        IdempotencyKey = submission.IdempotencyKey,
        Fingerprint = submission.Fingerprint,
        Tags = submission.Tags,
    };
}
