using Actant.DurableStores;
using Actant.Storage;

namespace Actant.Sqlite;

/// <summary>
/// The one writer: a thread of its own that takes everything which came while the last commit was under way and commits it as
/// one transaction. A batch with a bad row is rolled back and halved until that row stands alone.
/// </summary>
internal sealed class Writer : IAsyncDisposable
{
    private const int MaxBatchOperations = 2048;

    private readonly Connection _connection;
    private readonly WriteScope _scope;
    private readonly WriteQueue _queue = new();
    private readonly List<QueuedWrite> _batch = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly Ballast _ballast;
    private readonly int _pageBytes;
    private long _reusable;

    public Writer(Connection connection, WriteScope scope, Ballast ballast)
    {
        (_connection, _scope, _ballast) = (connection, scope, ballast);
        using (var size = connection.Use("PRAGMA page_size"))
            _pageBytes = size.Step() ? (int)size.Long(0) : 0;
        CountReusable();
        new Thread(Loop) { IsBackground = true, Name = "Actant SQLite writer" }.Start();
    }

    /// <summary>Lets tests fail a commit; empty otherwise.</summary>
    public Action<CommitPhase>? Fault { get; set; }

    /// <summary>Transactions that were committed, for tests and measurements.</summary>
    public long Commits { get; private set; }

    /// <summary>Bytes of the database that hold nothing any more.</summary>
    public long ReusableBytes => Volatile.Read(ref _reusable);

    /// <summary>Queues a write and waits for its commit. The token counts until the writer has picked it up.</summary>
    public ValueTask<T> WriteAsync<T>(int bytes, Func<WriteScope, T> work, CancellationToken cancellationToken) =>
        _queue.WriteAsync(new FunctionWrite<T>(work) { Bytes = bytes }, cancellationToken);

    /// <summary>Takes no more, finishes what is queued, and ends the thread.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Close();
        await _ended.Task;
    }

    private void Loop()
    {
        try
        {
            // This thread is the writer's own: it has nothing to do but wait.
#pragma warning disable VSTHRD002
            while (_queue.WaitAsync().AsTask().GetAwaiter().GetResult())
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
        var bytes = 0L;
        _batch.Clear();
        while (_batch.Count < MaxBatchOperations && bytes < WriteQueue.MaxBatchBytes && _queue.TryPick(out var write))
        {
            _batch.Add(write);
            bytes += write.Bytes;
        }

        var halving = new Halving(_batch.Count);
        while (halving.MoveNext())
            Commit(ref halving);
        foreach (var write in _batch)
            write.Complete();
    }

    private void Commit(ref Halving halving)
    {
        var (start, count) = (halving.Start, halving.Count);
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
            if (!End(start, count))
                Commit(ref halving);
            return;
        }

        RollBack();
        if (MakeRoom(failure))
            Commit(ref halving);
        else if (!halving.TryHalve())
            _batch[start].Refuse(failure is SqliteFault cause ? cause.ForCaller() : failure);
    }

    /// <summary>A failure that needs a rollback; one that touched nothing is its own write's affair.</summary>
    private Exception? TryExecute(QueuedWrite write)
    {
        var changes = _connection.TotalChanges;
        try
        {
            ((IWriteWork)write).Execute(_scope);
            return null;
        }
#pragma warning disable CA1031 // Whatever it is, it belongs to one caller and must not end the writer.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (_connection.TotalChanges != changes || !_connection.IsInTransaction || exception is SqliteFault)
                return exception;
            write.Refuse(exception);
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

    /// <summary><c>false</c> if there was no room, and is now: nothing of it is stored, and all of it is to be done again.</summary>
    private bool End(int start, int count)
    {
        try
        {
            Fault?.Invoke(CommitPhase.Before);
            _connection.Use("COMMIT").RunOnce();
            Commits++;
            CountReusable();
        }
#pragma warning disable CA1031 // A commit that fails leaves the outcome open for all, whatever the reason.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            RollBack();
            if (MakeRoom(exception))
                return false;
            FailAll(start, count, exception);
            return true;
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

        return true;
    }

    private void FailAll(int start, int count, Exception exception)
    {
        var (remedy, isFull) = ((exception as SqliteFault)?.Remedy, (exception as SqliteFault)?.IsFull == true);
        var message = $"The commit did not end normally{(remedy is null ? "" : $", {remedy}")} ({exception.Message}). Repeat the call, which tells.";
        for (var i = start; i < start + count; i++)
            _batch[i].Refuse(new StoreUnavailableException(message, exception) { Remedy = remedy, IsFull = isFull });
    }

    /// <summary>
    /// What the log in front of the database takes is room, where the database has what it says: deletions need some. <c>true</c> once, where some was held
    /// for them.
    /// </summary>
    private bool MakeRoom(Exception failure)
    {
        if (failure is not SqliteFault { IsFull: true })
            return false;
        var isReleased = _ballast.Release();
        try
        {
            _connection.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }
        catch (SqliteFault)
        {
            // There is not even room to move it.
        }

        return isReleased;
    }

    private void CountReusable()
    {
        using var count = _connection.Use("PRAGMA freelist_count");
        if (count.Step())
            Volatile.Write(ref _reusable, count.Long(0) * _pageBytes);
    }

    private void RollBack()
    {
        _scope.RolledBack();
        if (_connection.IsInTransaction)
            _connection.Use("ROLLBACK").RunOnce();
    }
}
