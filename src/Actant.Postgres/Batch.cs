using Actant.DurableStores;
using Actant.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Actant.Postgres;

/// <summary>
/// Some calls as one round trip in one transaction: one statement for each kind of call, and the lock of all rows before them where that
/// is needed. Made anew for each try.
/// </summary>
internal sealed class Batch(IReadOnlyList<QueuedWrite> calls, DateTimeOffset? clock, int writer)
{
    private readonly List<AppendCall> _appends = [.. calls.OfType<AppendCall>()];
    private readonly List<SignalCall> _signals = [.. calls.OfType<SignalCall>()];
    private readonly SubmissionTable _submissions = new([.. calls.OfType<SubmitCall>()]);
    private readonly HashSet<Guid> _sessions = [];
    private readonly List<int> _tenants = [];
    private readonly List<string> _threads = [];

    /// <summary>What to wake once this is committed.</summary>
    public List<(Wakeup Wakeup, Guid? Holder)> Wakeups { get; } = [];

    public async Task ExecuteAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        var locks = NeedsLock();
        if (locks)
            AddLock(batch);
        if (_submissions.Count > 0)
            _submissions.Add(batch, clock);
        if (_appends.Count > 0)
        {
            AppendTable.Sort(_appends);
            AppendTable.Add(batch, _appends, clock, writer);
        }

        if (_signals.Count > 0)
            SignalTable.Add(batch, _signals, clock);

        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        if (locks)
            await reader.NextResultAsync(cancellationToken);
        if (_submissions.Count > 0)
        {
            await _submissions.ReadAsync(reader, Wakeups, cancellationToken);
            await reader.NextResultAsync(cancellationToken);
        }

        if (_appends.Count > 0)
        {
            await AppendTable.ReadAsync(reader, _appends, Wakeups, cancellationToken);
            await reader.NextResultAsync(cancellationToken);
        }

        if (_signals.Count > 0)
            await SignalTable.ReadAsync(reader, _signals, Wakeups, cancellationToken);

        // Reads to the end: an error of the commit comes after the last row.
        while (await reader.NextResultAsync(cancellationToken))
        {
        }
    }

    /// <summary>
    /// Each statement locks in one order by itself. What only the holder's node touches needs no more; where a batch touches threads of
    /// others by more than one statement, or several times by one, they are locked before.
    /// </summary>
    private bool NeedsLock() => calls.Count > 1
        && (_signals.Count > 0 || (_appends.Count > 0 && _submissions.InOrder.Any(row => !row.Submission.ThreadIsNew)));

    private void AddLock(NpgsqlBatch batch)
    {
        foreach (var append in _appends)
            Lock(append.Tenant, append.Request.Thread.Thread);
        foreach (var signal in _signals)
            Lock(signal.Tenant, signal.Thread.Thread);
        foreach (var (tenant, submission) in _submissions.InOrder)
        {
            Lock(tenant, submission.Thread);
            if (submission.LeaseTo is { } lease)
                _sessions.Add(lease.Session.Value);
        }

        var command = new NpgsqlBatchCommand("SELECT actant_lock($1, $2, $3)");
        command.Parameters.Array<Guid>(NpgsqlDbType.Uuid, [.. _sessions]).Array(NpgsqlDbType.Integer, _tenants).Array(NpgsqlDbType.Text, _threads);
        batch.BatchCommands.Add(command);
    }

    private void Lock(int tenant, string thread)
    {
        _tenants.Add(tenant);
        _threads.Add(thread);
    }
}
