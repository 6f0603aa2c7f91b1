using Actant.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Actant.Postgres;

/// <summary>Many calls with signals as the arrays of <c>actant_signal</c>.</summary>
internal static class SignalTable
{
    public static void Add(NpgsqlBatch batch, List<SignalCall> calls, DateTimeOffset? clock)
    {
        var signals = calls.SelectMany(call => call.Signals).ToList();
        var command = new NpgsqlBatchCommand("SELECT outcome, holder, is_ready FROM actant_signal($1, $2, $3, $4, $5, $6, $7, $8)");
        command.Parameters.Time(clock)
            .Array(NpgsqlDbType.Integer, calls.ConvertAll(call => call.Tenant))
            .Array(NpgsqlDbType.Text, calls.ConvertAll(call => call.Thread.Thread))
            .Array(NpgsqlDbType.Integer, calls.ConvertAll(call => call.Signals.Count))
            .Array(NpgsqlDbType.Smallint, signals.ConvertAll(signal => (short)signal.Kind))
            .Array(NpgsqlDbType.Uuid, signals.ConvertAll(signal => signal.Execution?.Value))
            .Array(NpgsqlDbType.Text, signals.ConvertAll(signal => signal.Key))
            .Array(NpgsqlDbType.Bytea, signals.ConvertAll(signal => signal.Body));
        batch.BatchCommands.Add(command);
    }

    public static async Task ReadAsync(
        NpgsqlDataReader rows, List<SignalCall> calls, List<(Wakeup Wakeup, Guid? Holder)> wakeups, CancellationToken cancellationToken)
    {
        foreach (var call in calls)
        {
            await rows.ReadAsync(cancellationToken);
            var outcome = (SignalOutcome)rows.GetInt32(0);
            var holder = rows.IdOrNull(1);
            call.Answer(new SignalResult(outcome, holder is { } id ? new SessionId(id) : null));
            if (rows.GetBoolean(2))
                wakeups.Add((new Wakeup(WakeupKind.WorkIsReady), null));
            else if (outcome == SignalOutcome.Stored)
                wakeups.Add((new Wakeup(WakeupKind.Signalled, call.Thread), holder));
        }
    }
}
