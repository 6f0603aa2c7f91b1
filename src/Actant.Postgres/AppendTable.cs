using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Actant.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Actant.Postgres;

/// <summary>Many appends as the arrays of <c>actant_append</c>: one for each column, and how many rows of each kind an append has.</summary>
internal static class AppendTable
{
    private const string Sql =
        """
        SELECT item, outcome, signal_number, lease_is_gone, is_ready, is_told FROM actant_append($1, $2, ROW($3, $4, $5, $6, $7, $8, $9, $10,
          $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37,
          $38, $39, $40, $41, $42, $43, $44, $45)::appends)
        """;

    public static void Sort(List<AppendCall> calls) =>
        calls.Sort(static (a, b) => LockOrder.Compare(a.Tenant, a.Request.Thread.Thread, b.Tenant, b.Request.Thread.Thread));

    public static void Add(NpgsqlBatch batch, List<AppendCall> calls, DateTimeOffset? clock, int writer)
    {
        var command = new NpgsqlBatchCommand(Sql);
        command.Parameters.Time(clock).Int(writer);
        AddAppends(command.Parameters, calls);
        command.Parameters.Array<long>(NpgsqlDbType.Bigint, [.. calls.SelectMany(call => call.Request.Consumed)]);
        AddChanges(command.Parameters, [.. calls.SelectMany(call => call.Request.Executions)]);
        AddOutbox(command.Parameters, [.. calls.SelectMany(call => call.Request.Outbox)]);
        AddUsage(command.Parameters, [.. calls.SelectMany((call, index) => call.Request.Usage.Select(amount => (index + 1, amount)))]);
        batch.BatchCommands.Add(command);
    }

    public static async Task ReadAsync(
        NpgsqlDataReader rows, List<AppendCall> calls, List<(Wakeup Wakeup, Guid? Holder)> wakeups, CancellationToken cancellationToken)
    {
        while (await rows.ReadAsync(cancellationToken))
        {
            var call = calls[rows.GetInt32(0) - 1];
            var outcome = rows.GetInt32(1);
            if (outcome >= 100)
                call.Refuse(Refusal(outcome, call.Request));
            else
                call.Answer(new AppendResult((AppendOutcome)outcome, rows.GetInt64(2), rows.GetBoolean(3)));
            if (rows.GetBoolean(4))
                wakeups.Add((new Wakeup(WakeupKind.WorkIsReady), null));
            if (rows.GetBoolean(5))
                wakeups.AddRange(Progress(call.Request).Select(wakeup => (wakeup, (Guid?)null)));
        }
    }

    private static IEnumerable<Wakeup> Progress(AppendRequest request) => request.Executions
        .Where(change => change.Status.IsEnd() || change.Status == ExecutionStatus.Interrupted)
        .Select(change => new Wakeup(WakeupKind.Progressed, request.Thread, change.Execution));

    private static ArgumentException Refusal(int outcome, AppendRequest request) => new(
        outcome switch
        {
            100 => $"An execution is not of thread {request.Thread}.",
            101 => "An execution has ended, or is named twice.",
            102 => "An execution has started: it is never pending again.",
            103 => $"Thread {request.Thread} has another open execution.",
            _ => "A delivery exists already.",
        },
        nameof(request));

    private static void AddAppends(NpgsqlParameterCollection parameters, List<AppendCall> calls)
    {
        parameters
            .Array(NpgsqlDbType.Boolean, calls.ConvertAll(call => call.IsOrdinary))
            .Array(NpgsqlDbType.Boolean, calls.ConvertAll(call => call.Ends))
            .Array(NpgsqlDbType.Integer, calls.ConvertAll(call => call.Tenant))
            .Array(NpgsqlDbType.Text, calls.ConvertAll(call => call.Request.Thread.Thread))
            .Array(NpgsqlDbType.Bigint, calls.ConvertAll(call => call.Request.Epoch))
            .Array(NpgsqlDbType.Bigint, calls.ConvertAll(call => call.Request.Position))
            .Array(NpgsqlDbType.Bigint, calls.ConvertAll(call => call.Request.SeenSignal))
            .Array(NpgsqlDbType.Smallint, calls.ConvertAll(call => (short)call.Request.Lease))
            .Array(NpgsqlDbType.TimestampTz, calls.ConvertAll(call => call.Request.Due?.UtcDateTime))
            .Array(NpgsqlDbType.Integer, calls.ConvertAll(call => call.Request.Format))
            .Array(NpgsqlDbType.Boolean, calls.ConvertAll(call => call.Request.IsStep))
            .Array(NpgsqlDbType.Text, calls.ConvertAll(call => call.Request.Needs.Count > 0 ? string.Join('\n', call.Request.Needs.Order(StringComparer.Ordinal)) : null))
            .Array(NpgsqlDbType.Bigint, calls.ConvertAll(call => call.Request.Entries.Sum(entry => (long)entry.Body.Length)))
            .Array(NpgsqlDbType.Integer, calls.ConvertAll(call => call.Request.Entries.Count))
            .Array(NpgsqlDbType.Bytea, calls.ConvertAll(call => EntryPack.Write(call.Request.Entries)))
            .Array(NpgsqlDbType.Integer, calls.ConvertAll(call => call.Request.Consumed.Count))
            .Array(NpgsqlDbType.Integer, calls.ConvertAll(call => call.Request.Executions.Count))
            .Array(NpgsqlDbType.Integer, calls.ConvertAll(call => call.Request.Outbox.Count))
            .Array(NpgsqlDbType.Integer, Starts(calls, call => call.Request.Consumed.Count))
            .Array(NpgsqlDbType.Integer, Starts(calls, call => call.Request.Executions.Count))
            .Array(NpgsqlDbType.Integer, Starts(calls, call => call.Request.Outbox.Count));
    }

    /// <summary>Where the rows of each append begin, from 1 on.</summary>
    private static List<int> Starts(List<AppendCall> calls, Func<AppendCall, int> count)
    {
        var next = 1;
        return calls.ConvertAll(call =>
        {
            var start = next;
            next += count(call);
            return start;
        });
    }

    private static void AddChanges(NpgsqlParameterCollection parameters, List<ExecutionChange> changes)
    {
        parameters
            .Array(NpgsqlDbType.Uuid, changes.ConvertAll(change => change.Execution.Value))
            .Array(NpgsqlDbType.Smallint, changes.ConvertAll(change => (short)change.Status))
            .Array(NpgsqlDbType.Bigint, changes.ConvertAll(change => change.StartPosition))
            .Array(NpgsqlDbType.Bytea, changes.ConvertAll(change => change.Failure is { } failure
                ? JsonSerializer.SerializeToUtf8Bytes(failure, PostgresJson.Default.Failure)
                : null))
            .Array(NpgsqlDbType.Bigint, changes.ConvertAll(change => change.Tokens))
            .Array(NpgsqlDbType.Numeric, changes.ConvertAll(change => change.CostUsd));
    }

    private static void AddOutbox(NpgsqlParameterCollection parameters, List<OutboxRow> rows)
    {
        parameters
            .Array(NpgsqlDbType.Uuid, rows.ConvertAll(row => row.Delivery))
            .Array(NpgsqlDbType.Text, rows.ConvertAll(row => row.Destination))
            .Array(NpgsqlDbType.Bytea, rows.ConvertAll(row => row.Body))
            .Array(NpgsqlDbType.Text, rows.ConvertAll(row => row.Group));
    }

    private static void AddUsage(NpgsqlParameterCollection parameters, List<(int Item, UsageAmount Amount)> rows)
    {
        parameters
            .Array(NpgsqlDbType.Integer, rows.ConvertAll(row => row.Item))
            .Array(NpgsqlDbType.Uuid, rows.ConvertAll(row => Series(row.Amount)))
            .Array(NpgsqlDbType.Text, rows.ConvertAll(row => row.Amount.Agent))
            .Array(NpgsqlDbType.Text, rows.ConvertAll(row => row.Amount.Provider))
            .Array(NpgsqlDbType.Text, rows.ConvertAll(row => row.Amount.Model))
            .Array(NpgsqlDbType.Bigint, rows.ConvertAll(row => row.Amount.Calls))
            .Array(NpgsqlDbType.Bigint, rows.ConvertAll(row => row.Amount.InputTokens))
            .Array(NpgsqlDbType.Bigint, rows.ConvertAll(row => row.Amount.CachedTokens))
            .Array(NpgsqlDbType.Bigint, rows.ConvertAll(row => row.Amount.OutputTokens))
            .Array(NpgsqlDbType.Bigint, rows.ConvertAll(row => row.Amount.ReasoningTokens))
            .Array(NpgsqlDbType.Numeric, rows.ConvertAll(row => row.Amount.CostUsd));
    }

    /// <summary>What usage rows are counted by, made short: their index is small, and PostgreSQL compares it faster.</summary>
    private static Guid Series(UsageAmount amount)
    {
        var text = $"{amount.Agent}\0{amount.Provider}\0{amount.Model}";
        return new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
    }
}
