using System.Diagnostics;
using Npgsql;

namespace Actant.Postgres;

/// <summary>The pool of connections, and what happens when one of them breaks.</summary>
/// <param name="pools">The pool.</param>
/// <param name="retryFor">How long what may be repeated is repeated.</param>
/// <param name="time">For waiting between tries.</param>
/// <param name="clock">The store's clock in tests; the database's own where null.</param>
internal sealed class Database(UserPools pools, TimeSpan retryFor, TimeProvider time, TimeProvider? clock) : IAsyncDisposable
{
    private static readonly TimeSpan _firstPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(1);
    private const int ShortestTry = 2;
    private const int LongestTry = 600;

    private readonly TimeSpan _tryFor = PatienceOf(new NpgsqlConnectionStringBuilder(pools.Current.ConnectionString));

    private volatile bool _closing;
    private volatile bool _closed;

    /// <summary>The timestamp since which nothing was answered; 0 while it answers.</summary>
    private long _awaySince;

    public NpgsqlDataSource Source => pools.Current;

    public TimeProvider Time => time;

    /// <summary>The first parameter of every function that asks for the time.</summary>
    public DateTimeOffset? Clock => clock?.GetUtcNow();

    public static NpgsqlDataSource BuildSource(PostgresStoreOptions options, string? user, Func<string>? password)
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
        var oneTry = SecondsOf(options.RetryFor);
        if (!settings.ShouldSerialize("Command Timeout"))
            settings.CommandTimeout = oneTry;
        if (!settings.ShouldSerialize("Timeout"))
            settings.Timeout = oneTry;

        settings.ApplicationName ??= "actant";
        settings.TcpKeepAlive = true;

        // Nothing here changes the state of a connection, except the listener, whose connection goes back only when it is broken.
        settings.NoResetOnClose = true;

        if (password is not null)
        {
            settings.Password = null;
            settings.Username = user ?? settings.Username;
        }

        // A name, or else every span of tracing carries the connection string.
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = "actant" };

        if (password is not null)
        {
            builder.UsePasswordProvider(_ => password(), (_, _) => new ValueTask<string>(password()));
        }

        // What many executions share is in no trace: each says in its own that it appended.
        builder.ConfigureTracing(static tracing => tracing
            .ConfigureCommandFilter(static _ => Activity.Current is not null)
            .ConfigureBatchFilter(static _ => Activity.Current is not null)
            .EnablePhysicalOpenTracing(false));
        return builder.Build();
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
                var answer = await WithinAsync(attempt(cancellationToken), cancellationToken);
                Volatile.Write(ref _awaySince, 0);
                return answer;
            }
            catch (NpgsqlException exception) when (!mayRepeat(exception) || _closing || HasWaited(exception, started, isFirst: pause == _firstPause))
            {
                throw PostgresFault.ForCaller(exception);
            }
            catch (NpgsqlException)
            {
                await Task.Delay(pause, time, cancellationToken);
            }
        }
    }

    /// <summary>
    /// Npgsql's own time-out ends with a request to cancel, whose answer it awaits without a bound: from a database that is frozen none comes.
    /// </summary>
    private async Task<T> WithinAsync<T>(Task<T> attempt, CancellationToken cancellationToken)
    {
        try
        {
            return await attempt.WaitAsync(_tryFor, cancellationToken);
        }
        catch (TimeoutException exception)
        {
            throw new NpgsqlException("There was no answer in time.", exception);
        }
    }

    private static TimeSpan PatienceOf(NpgsqlConnectionStringBuilder settings) =>
        settings.CommandTimeout == 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(Math.Max(settings.CommandTimeout, settings.Timeout) + 1);

    private static int SecondsOf(TimeSpan retryFor) => Math.Clamp((int)Math.Ceiling(retryFor.TotalSeconds), ShortestTry, LongestTry);

    /// <summary>
    /// Whether a call has been repeated for long enough. While the database has been away for longer than that, nobody waits all over again:
    /// a second try is for a connection of the pool that is broken and did not know it.
    /// </summary>
    private bool HasWaited(NpgsqlException exception, long started, bool isFirst)
    {
        if (!PostgresFault.IsAway(exception))
        {
            return time.GetElapsedTime(started) >= retryFor;
        }

        var since = Interlocked.CompareExchange(ref _awaySince, started, 0) is not 0 and var known ? known : started;
        return time.GetElapsedTime(isFirst ? started : Math.Min(started, since)) >= retryFor;
    }

    /// <summary>What is under way may end, but nothing is repeated any more.</summary>
    public void StopRepeating() => _closing = true;

    public async ValueTask DisposeAsync()
    {
        _closed = true;
        await pools.DisposeAsync();
    }

    private async Task<T> QueryAsync<T>(
        string sql, Action<NpgsqlParameterCollection> bind, Func<NpgsqlDataReader, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        await using var connection = await Source.OpenConnectionAsync(cancellationToken);
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
