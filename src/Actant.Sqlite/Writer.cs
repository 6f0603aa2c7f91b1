using System.Threading.Channels;
using Actant.Storage;

namespace Actant.Sqlite;

/// <summary>
/// The one writer: a thread of its own that takes everything which came while the last commit was under way and commits it as
/// one transaction. A batch with a bad row is rolled back and halved until that row stands alone.
/// </summary>
internal sealed class Writer : IAsyncDisposable
{
    private const int MaxBatchBytes = 4 * 1024 * 1024;
    private const int MaxBatchOperations = 2048;
    private const int MaxQueued = 8192;

    private readonly Connection _connection;
    private readonly WriteScope _scope;
    private readonly Channel<WriteOperation> _queue = Channel.CreateBounded<WriteOperation>(
        new BoundedChannelOptions(MaxQueued) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly List<WriteOperation> _batch = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Writer(Connection connection, WriteScope scope)
    {
        _connection = connection;
        _scope = scope;
        new Thread(Loop) { IsBackground = true, Name = "Actant SQLite writer" }.Start();
    }

    /// <summary>Lets tests fail a commit; empty otherwise.</summary>
    public Action<CommitPhase>? Fault { get; set; }

    /// <summary>Transactions that were committed, for tests and measurements.</summary>
    public long Commits { get; private set; }

    /// <summary>Queues a write and waits for its commit. The token counts until the writer has picked it up.</summary>
    public async ValueTask<T> WriteAsync<T>(int bytes, Func<WriteScope, T> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var operation = new FunctionOperation<T>(work) { Bytes = bytes };
        operation.CancelWith(cancellationToken);
        if (!_queue.Writer.TryWrite(operation))
            await EnqueueAsync(operation, cancellationToken);
        return await operation.Task;
    }

    /// <summary>Takes no more, finishes what is queued, and ends the thread.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _ended.Task;
    }

    private async ValueTask EnqueueAsync(WriteOperation operation, CancellationToken cancellationToken)
    {
        try
        {
            await _queue.Writer.WriteAsync(operation, cancellationToken);
        }
        catch (ChannelClosedException exception)
        {
            throw new ObjectDisposedException("The store is closed.", exception);
        }
    }

    private void Loop()
    {
        try
        {
            // This thread is the writer's own: it has nothing to do but wait.
#pragma warning disable VSTHRD002
            while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
#pragma warning restore VSTHRD002
                Commit();
        }
        finally
        {
            _ended.TrySetResult();
        }
    }

    private void Commit()
    {
        var bytes = 0;
        _batch.Clear();
        while (_batch.Count < MaxBatchOperations && bytes < MaxBatchBytes && _queue.Reader.TryRead(out var operation))
        {
            if (!operation.TryPick())
                continue;
            _batch.Add(operation);
            bytes += operation.Bytes;
        }

        if (_batch.Count > 0)
            Commit(0, _batch.Count);
        foreach (var operation in _batch)
            operation.Complete();
    }

    private void Commit(int start, int count)
    {
        try
        {
            _connection.Use("BEGIN IMMEDIATE").RunOnce();
        }
        catch (SqliteFault fault)
        {
            FailAll(start, count, fault);
            return;
        }

        Exception? failure = null;
        for (var i = start; failure is null && i < start + count; i++)
            failure = TryExecute(_batch[i]);
        failure ??= TrySettle();
        if (failure is null)
        {
            End(start, count);
            return;
        }

        RollBack();
        if (count == 1)
        {
            _batch[start].Fail(failure is SqliteFault cause ? cause.ForCaller() : failure);
            return;
        }

        Commit(start, count / 2);
        Commit(start + (count / 2), count - (count / 2));
    }

    /// <summary>A failure that needs a rollback; one that touched nothing is its operation's own affair.</summary>
    private Exception? TryExecute(WriteOperation operation)
    {
        var changes = _connection.TotalChanges;
        try
        {
            operation.Execute(_scope);
            return null;
        }
#pragma warning disable CA1031 // Whatever it is, it belongs to one caller and must not end the writer.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (_connection.TotalChanges != changes || !_connection.IsInTransaction || exception is SqliteFault)
                return exception;
            operation.Fail(exception);
            return null;
        }
    }

    /// <summary>What all have written together may fail because of one, too.</summary>
    private SqliteFault? TrySettle()
    {
        try
        {
            _scope.Committing();
            return null;
        }
        catch (SqliteFault fault)
        {
            return fault;
        }
    }

    private void End(int start, int count)
    {
        try
        {
            Fault?.Invoke(CommitPhase.Before);
            _connection.Use("COMMIT").RunOnce();
            Commits++;
        }
#pragma warning disable CA1031 // A commit that fails leaves the outcome open for all, whatever the reason.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            RollBack();
            FailAll(start, count, exception);
            return;
        }

        _scope.Committed();
        try
        {
            Fault?.Invoke(CommitPhase.After);
        }
#pragma warning disable CA1031 // Only tests come here.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            FailAll(start, count, exception);
        }
    }

    private void FailAll(int start, int count, Exception exception)
    {
        var remedy = (exception as SqliteFault)?.Remedy;
        var message = $"The commit did not end normally{(remedy is null ? "" : $", {remedy}")} ({exception.Message}). Repeat the call, which tells.";
        for (var i = start; i < start + count; i++)
            _batch[i].Fail(new StoreUnavailableException(message, exception) { Remedy = remedy });
    }

    private void RollBack()
    {
        _scope.RolledBack();
        if (_connection.IsInTransaction)
            _connection.Use("ROLLBACK").RunOnce();
    }
}
