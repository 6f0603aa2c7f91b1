using Npgsql;

namespace Actant.Postgres;

/// <summary>The pool of connections, and what happens when one of them breaks.</summary>
/// <param name="source">The pool.</param>
/// <param name="retryFor">How long what may be repeated is repeated.</param>
/// <param name="time">For waiting between tries.</param>
/// <param name="clock">The store's clock in tests; the database's own where null.</param>
internal sealed class Database(NpgsqlDataSource source, TimeSpan retryFor, TimeProvider time, TimeProvider? clock) : IAsyncDisposable
{
    private static readonly TimeSpan _firstPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(1);
    private const int ShortestTry = 2;
    private const int LongestTry = 600;

    private volatile bool _closing;
    private volatile bool _closed;

    public NpgsqlDataSource Source => source;

    public TimeProvider Time => time;

    /// <summary>The first parameter of every function that asks for the time.</summary>
    public DateTimeOffset? Clock => clock?.GetUtcNow();

    public static NpgsqlDataSource BuildSource(PostgresStoreOptions options)
    {
        PostgresStoreOptions.Check(options);
        var settings = new NpgsqlConnectionStringBuilder(options.ConnectionString) { SearchPath = $"{FunctionSet.SchemaFor(options.Schema)}, {options.Schema}" };
        if (!settings.ContainsKey("Max Auto Prepare") || settings.MaxAutoPrepare == 0)
        {
            settings.MaxAutoPrepare = 100;
            settings.AutoPrepareMinUsages = 1;
        }

        if (!settings.ShouldSerialize("Maximum Pool Size"))
            settings.MaxPoolSize = options.Connections;

        // A database that is there and does not answer must not hold its callers for longer than one that is away.
        var oneTry = Math.Clamp((int)Math.Ceiling(options.RetryFor.TotalSeconds), ShortestTry, LongestTry);
        if (!settings.ShouldSerialize("Command Timeout"))
            settings.CommandTimeout = oneTry;
        if (!settings.ShouldSerialize("Timeout"))
            settings.Timeout = oneTry;

        settings.ApplicationName ??= "actant";
        settings.TcpKeepAlive = true;

        // Nothing here changes the state of a connection, except the listener, whose connection goes back only when it is broken.
        settings.NoResetOnClose = true;

        // A name, or else every span of tracing carries the connection string.
        return new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = "actant" }.Build();
    }

    /// <summary>A statement that changes nothing, or that may come twice: repeated while the database is away.</summary>
    public ValueTask<T> RepeatAsync<T>(
        string sql, Action<NpgsqlParameterCollection> bind, Func<NpgsqlDataReader, CancellationToken, Task<T>> read, CancellationToken cancellationToken) =>
        RunAsync(PostgresFault.IsTransient, token => QueryAsync(sql, bind, read, token), cancellationToken);

    /// <summary>A statement that must not come twice: repeated only where the database said that it did nothing.</summary>
    public ValueTask<T> OnceAsync<T>(
        string sql, Action<NpgsqlParameterCollection> bind, Func<NpgsqlDataReader, CancellationToken, Task<T>> read, CancellationToken cancellationToken) =>
        RunAsync(PostgresFault.IsRolledBack, token => QueryAsync(sql, bind, read, token), cancellationToken);

    /// <summary>A statement whose answer does not matter.</summary>
    public async ValueTask DoAsync(string sql, Action<NpgsqlParameterCollection> bind, CancellationToken cancellationToken) =>
        await RepeatAsync(sql, bind, static (_, _) => Task.FromResult(true), cancellationToken);

    public async ValueTask<T> RunAsync<T>(
        Func<Exception, bool> mayRepeat, Func<CancellationToken, Task<T>> attempt, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        for (var pause = _firstPause; ; pause = pause * 2 < _longestPause ? pause * 2 : _longestPause)
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(PostgresStore));
            try
            {
                return await attempt(cancellationToken);
            }
            catch (NpgsqlException exception) when (!mayRepeat(exception) || _closing || time.GetElapsedTime(started) >= retryFor)
            {
                throw PostgresFault.ForCaller(exception);
            }
            catch (NpgsqlException)
            {
                await Task.Delay(pause, time, cancellationToken);
            }
        }
    }

    /// <summary>What is under way may end, but nothing is repeated any more.</summary>
    public void StopRepeating() => _closing = true;

    public async ValueTask DisposeAsync()
    {
        _closed = true;
        await source.DisposeAsync();
    }

    private async Task<T> QueryAsync<T>(
        string sql, Action<NpgsqlParameterCollection> bind, Func<NpgsqlDataReader, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        bind(command.Parameters);
        T result;
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            result = await read(reader, cancellationToken);

            // Reads to the end: an error of the commit comes after the last row.
            while (await reader.NextResultAsync(cancellationToken))
            {
            }
        }

        return result;
    }
}
