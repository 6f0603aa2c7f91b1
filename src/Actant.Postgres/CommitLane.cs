using Actant.DurableStores;
using Actant.Storage;
using Npgsql;

namespace Actant.Postgres;

/// <summary>
/// One commit at a time: takes everything that came while its last commit was under way and writes it as one round trip in one
/// transaction. While the database is away the batch waits and is sent again; a batch that is refused for another reason is halved
/// until the culprit stands alone.
/// </summary>
internal sealed class CommitLane : IAsyncDisposable
{
    private const int MaxBatchItems = 1000;

    // Each try after a unique row that somebody else wrote at the same moment sees that row; more than that is no accident.
    private const int MaxCollisions = 5;

    private readonly Database _database;
    private readonly Action<IReadOnlyList<(Wakeup Wakeup, Guid? Holder)>> _wake;
    private readonly WriteQueue _queue = new();
    private readonly List<QueuedWrite> _batch = [];
    private readonly Queue<QueuedWrite> _later = [];
    private readonly HashSet<ThreadKey> _appended = [];
    private readonly Task _loop;
    private int? _writer;

    public CommitLane(Database database, Action<IReadOnlyList<(Wakeup Wakeup, Guid? Holder)>> wake)
    {
        _database = database;
        _wake = wake;
        _loop = Task.Run(LoopAsync);
    }

    /// <summary>Lets tests lose an answer: called after each commit; empty otherwise.</summary>
    public Action? AfterCommit { get; set; }

    /// <summary>Transactions that were committed, for tests and measurements.</summary>
    public long Commits { get; private set; }

    /// <summary>Queues a call and waits for its commit. The token counts until the lane has picked it up.</summary>
    public ValueTask<T> WriteAsync<T>(QueuedWrite<T> call, CancellationToken cancellationToken) => _queue.WriteAsync(call, cancellationToken);

    /// <summary>Takes no more and finishes what is queued.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Close();
        await _loop;
    }

    private async Task LoopAsync()
    {
        while (_later.Count > 0 || await _queue.WaitAsync())
        {
            Gather();
            if (_batch.Count > 0)
                await CommitAsync();
        }
    }

    private void Gather()
    {
        _batch.Clear();
        _appended.Clear();
        var (bytes, items) = (0L, 0);
        for (var waiting = _later.Count; waiting > 0; waiting--)
            Add(_later.Dequeue());
        while (bytes < WriteQueue.MaxBatchBytes && items < MaxBatchItems && _queue.TryPick(out var call))
            Add(call);

        void Add(QueuedWrite call)
        {
            // Each append of a batch is decided on its thread's row as it was before: a second one of the same thread comes later.
            if (call is AppendCall append && !_appended.Add(append.Request.Thread))
            {
                _later.Enqueue(call);
                return;
            }

            _batch.Add(call);
            bytes += call.Bytes;
            items += call.Items;
        }
    }

    private async Task CommitAsync()
    {
        var halving = new Halving(_batch.Count);
        while (halving.MoveNext())
        {
            var calls = _batch.GetRange(halving.Start, halving.Count);
            Batch batch;
            try
            {
                batch = await RepeatAsync(calls);
            }
#pragma warning disable CA1031 // Whatever it is, it belongs to some caller and must not end the lane.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                // What the database was away for is nobody's fault in particular.
                if (PostgresFault.IsAway(exception.InnerException ?? exception) || !halving.TryHalve())
                    Refuse(calls, exception);
                continue;
            }

            calls.ForEach(static call => call.Complete());
            if (batch.Wakeups.Count > 0)
                _wake(batch.Wakeups);
        }
    }

    private static void Refuse(List<QueuedWrite> calls, Exception exception)
    {
        foreach (var call in calls)
        {
            call.Refuse(exception);
            call.Complete();
        }
    }

    private ValueTask<Batch> RepeatAsync(List<QueuedWrite> calls)
    {
        var collisions = 0;
        return _database.RunAsync(
            exception => exception is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation }
                ? ++collisions < MaxCollisions
                : PostgresFault.IsTransient(exception),
            _ => TryAsync(calls),
            CancellationToken.None);
    }

    private async Task<Batch> TryAsync(List<QueuedWrite> calls)
    {
        await using var connection = await _database.Source.OpenConnectionAsync();
        _writer ??= await NextWriterAsync(connection);
        var batch = new Batch(calls, _database.Clock, _writer.Value);
        await batch.ExecuteAsync(connection, CancellationToken.None);
        Commits++;
        AfterCommit?.Invoke();
        return batch;
    }

    /// <summary>A number for this lane's rows of usage, which nobody else touches.</summary>
    private static async Task<int> NextWriterAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("SELECT nextval('usage_writers')::integer", connection);
        return (int)(await command.ExecuteScalarAsync())!;
    }
}
