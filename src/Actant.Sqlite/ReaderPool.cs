using System.Collections.Concurrent;

namespace Actant.Sqlite;

/// <summary>Connections for reading. They see what is committed and never wait for the writer.</summary>
internal sealed class ReaderPool(string path, SqliteSynchronous synchronous, int size, Damage damage) : IDisposable
{
    private readonly ConcurrentBag<Connection> _idle = [];
    private readonly SemaphoreSlim _room = new(size);
    private volatile bool _closed;

    public async ValueTask<T> ReadAsync<T>(Func<Connection, T> work, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_closed, typeof(SqliteStore));
        await _room.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(SqliteStore));
            if (!_idle.TryTake(out var connection))
                connection = Connection.Open(path, synchronous, readOnly: true, damage);
            var result = work(connection);
            Return(connection);
            return result;
        }
        catch (SqliteFault fault)
        {
            // The connection is dropped: the next reader opens a fresh one.
            throw fault.ForCaller();
        }
        finally
        {
            _room.Release();
        }
    }

    /// <summary>Waits for nobody: who reads at this moment closes its connection when it is done.</summary>
    public void Dispose()
    {
        _closed = true;
        CloseIdle();
    }

    private void Return(Connection connection)
    {
        _idle.Add(connection);
        if (_closed)
            CloseIdle();
    }

    private void CloseIdle()
    {
        while (_idle.TryTake(out var connection))
            connection.Dispose();
    }
}
