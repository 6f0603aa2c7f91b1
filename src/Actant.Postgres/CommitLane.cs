using System.Threading.Channels;
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
    private const int MaxBatchBytes = 4 * 1024 * 1024;
    private const int MaxBatchItems = 1000;
    private const int MaxQueued = 8192;

    // Each try after a unique row that somebody else wrote at the same moment sees that row; more than that is no accident.
    private const int MaxCollisions = 5;

    private readonly Database _database;
    private readonly Action<IReadOnlyList<(Wakeup Wakeup, Guid? Holder)>> _wake;
    private readonly Channel<LaneCall> _queue = Channel.CreateBounded<LaneCall>(
        new BoundedChannelOptions(MaxQueued) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly List<LaneCall> _batch = [];
    private readonly Queue<LaneCall> _later = [];
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
    public async ValueTask<T> WriteAsync<T>(LaneCall<T> call, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        call.CancelWith(cancellationToken);
        if (!_queue.Writer.TryWrite(call))
            await EnqueueAsync(call, cancellationToken);
        return await call.Task;
    }

    /// <summary>Takes no more and finishes what is queued.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop;
    }

    private async ValueTask EnqueueAsync(LaneCall call, CancellationToken cancellationToken)
    {
        try
        {
            await _queue.Writer.WriteAsync(call, cancellationToken);
        }
        catch (ChannelClosedException exception)
        {
            throw new ObjectDisposedException("The store is closed.", exception);
        }
    }

    private async Task LoopAsync()
    {
        while (_later.Count > 0 || await _queue.Reader.WaitToReadAsync())
        {
            Gather();
            if (_batch.Count > 0)
                await CommitAsync([.. _batch]);
        }
    }

    private void Gather()
    {
        _batch.Clear();
        _appended.Clear();
        var (bytes, items) = (0L, 0);
        for (var waiting = _later.Count; waiting > 0; waiting--)
            Add(_later.Dequeue());
        while (bytes < MaxBatchBytes && items < MaxBatchItems && _queue.Reader.TryRead(out var call))
        {
            if (call.TryPick())
                Add(call);
        }

        void Add(LaneCall call)
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

    private async Task CommitAsync(LaneCall[] calls)
    {
        var collisions = 0;
        Batch? batch = null;
        try
        {
            batch = await _database.RunAsync(
                exception => exception is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation }
                    ? ++collisions < MaxCollisions
                    : PostgresFault.IsTransient(exception),
                _ => TryAsync(calls),
                CancellationToken.None);
        }
#pragma warning disable CA1031 // Whatever it is, it belongs to some caller and must not end the lane.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            // What the database was away for is nobody's fault in particular.
            if (calls.Length > 1 && (exception.InnerException ?? exception) is var cause && !PostgresFault.IsAway(cause))
            {
                await CommitAsync(calls[..(calls.Length / 2)]);
                await CommitAsync(calls[(calls.Length / 2)..]);
                return;
            }

            foreach (var call in calls)
                call.Fail(exception);
            return;
        }

        foreach (var call in calls)
            call.Complete();
        if (batch.Wakeups.Count > 0)
            _wake(batch.Wakeups);
    }

    private async Task<Batch> TryAsync(LaneCall[] calls)
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
