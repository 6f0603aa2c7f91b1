using System.Net;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;
using StackExchange.Redis.Configuration;

namespace Actant.Redis;

/// <summary>A connection that everything is sent over, in order. Opened when it is made, and again whenever it is lost.</summary>
internal sealed partial class RedisLink : IAsyncDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_return = TimeSpan.FromSeconds(15);

    private readonly ConfigurationOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _opening;
    private readonly Lock _lock = new();
    private volatile ConnectionMultiplexer? _client;
    private DateTimeOffset _since = DateTimeOffset.MaxValue;
    private bool _wasLost;
    private volatile string _away = RedisFault.NoConnection;
    private volatile string? _refusal;
    private bool _isDisposed;
    private volatile TaskCompletionSource _back = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public RedisLink(ConfigurationOptions options, TimeProvider time, ILogger log)
    {
        (_options, _time, _log) = (options, time, log);
        _opening = Task.Run(() => OpenAsync(_stop.Token));
    }

    /// <summary>Raised when it is there again, or for the first time.</summary>
    public event Action? CameBack;

    /// <summary>Whether it is there, as far as is known.</summary>
    public bool IsConnected => _client is { IsConnected: true };

    /// <summary>
    /// Whether it came back so lately, for what happened at a time, that those who waited for that may not be back yet: all of them, where it was lost
    /// before; of what happened before this process first had it, those too who waited for another process.
    /// </summary>
    public bool MayBeAhead(DateTimeOffset happened)
    {
        lock (_lock)
        {
            return _time.GetUtcNow() - _since is var ago && ago > TimeSpan.Zero && ago < s_return && (_wasLost || happened < _since);
        }
    }

    /// <summary>The databases behind it, while it is there; the first one.</summary>
    /// <exception cref="RedisException">It was never there yet.</exception>
    public IDatabase Database => _client is { } client
        ? client.GetDatabase()
        : throw new RedisException("There is no connection yet.");

    /// <summary>A configuration with what is needed by who must never wait: a command that cannot be sent now fails at once.</summary>
    /// <param name="client">As it was given; not changed.</param>
    /// <param name="passwordSource">Where the password comes from, if it may change: asked for each new connection.</param>
    public static ConfigurationOptions Prepare(ConfigurationOptions client, Func<string?>? passwordSource)
    {
        var prepared = client.Clone();
        prepared.AbortOnConnectFail = false;
        prepared.BacklogPolicy = BacklogPolicy.FailFast;
        prepared.ReconnectRetryPolicy = new LinearRetry(200);
        prepared.HeartbeatInterval = TimeSpan.FromMilliseconds(250);
        prepared.AsyncTimeout = 5000;
        prepared.ClientName ??= "actant";
        if (passwordSource is not null)
        {
            // What the client does not say itself, it asks its defaults for, each time anew.
            prepared.Password = null;
            prepared.Defaults = new PasswordOf(passwordSource);
        }

        return prepared;
    }

    /// <summary>Publishes; calls are sent in the order in which they are made.</summary>
    /// <returns>How many heard it.</returns>
    /// <exception cref="RedisException">It was not taken, or nobody knows.</exception>
    public async Task<long> PublishAsync(string channel, byte[] body)
    {
        if (_client is not { } client)
        {
            throw new RedisException("There is no connection yet.");
        }

        try
        {
            var heard = await client.GetSubscriber().PublishAsync(RedisChannel.Literal(channel), body).ConfigureAwait(false);
            _refusal = null;
            return heard;
        }
        catch (RedisServerException exception)
        {
            _refusal = Describe(exception) is var reason && reason is RedisFault.NoConnection or RedisFault.NoTls ? "it refuses what is published" : reason;
            throw;
        }
    }

    /// <summary>Why it does not do what it is asked, as far as is known.</summary>
    public string Reason => IsConnected ? _refusal ?? "slow" : _away;

    /// <summary>Until it is there again, or some time is over.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        var back = _back.Task;
        if (!IsConnected)
        {
            await Task.WhenAny(back, Task.Delay(s_pause, _time, cancellationToken)).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Whether it really answers: <c>ok</c>, or why not.</summary>
    public async ValueTask<string> CheckAsync(CancellationToken cancellationToken)
    {
        if (_client is not { } client)
        {
            return _away;
        }

        // While it is away a command fails at once, and says why.
        var wasConnected = client.IsConnected;
        try
        {
            await client.GetDatabase().PingAsync().WaitAsync(TimeSpan.FromSeconds(2), _time, cancellationToken).ConfigureAwait(false);
            return _refusal ?? (client.GetServers().Where(static server => server.IsConnected).All(static server => server.IsReplica) ? RedisFault.Replica : "ok");
        }
        catch (TimeoutException)
        {
            return "no answer within 2 s";
        }
        catch (RedisException exception)
        {
            // The message may hold an address, which is for the log only.
            var reason = Describe(exception);
            return wasConnected && reason is (RedisFault.NoConnection or RedisFault.NoTls) ? $"fails ({exception.GetType().Name})" : _away = reason;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        // A container disposes of what is registered twice each time.
        if (Interlocked.Exchange(ref _isDisposed, true))
        {
            return;
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await _opening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_client is { } client)
        {
            await client.DisposeAsync().ConfigureAwait(false);
        }

        _stop.Dispose();
    }

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        for (var isFirst = true; !cancellationToken.IsCancellationRequested; isFirst = false)
        {
            try
            {
                var client = await ConnectionMultiplexer.ConnectAsync(_options).ConfigureAwait(false);
                client.ConnectionRestored += (_, change) => Restored(change.ConnectionType);
                client.ConnectionFailed += (_, change) => Lost(change);
                _client = client;
                if (client.IsConnected)
                {
                    Restored(ConnectionType.Interactive);
                }
                else
                {
                    LogAway(_log, Address, await CheckAsync(cancellationToken).ConfigureAwait(false));
                }

                return;
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // Only where Sentinels are asked, or a name cannot be resolved: else the client goes on by itself.
                _away = Describe(exception);
                if (isFirst)
                {
                    LogNotOpened(_log, exception, Address);
                }

                await Task.Delay(s_pause, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private string Address => string.Join(", ", _options.EndPoints.Select(static point => point is DnsEndPoint named ? $"{named.Host}:{named.Port}" : point.ToString()));

    // The client goes on without being let in, and is then told only that it was not.
    private string Describe(Exception? exception) => RedisFault.Describe(exception) switch
    {
        RedisFault.NoPassword when _options.Password is { Length: > 0 } => RedisFault.WrongPassword,
        RedisFault.NoConnection when _options.Ssl => RedisFault.NoTls,
        var reason => reason,
    };

    private void Restored(ConnectionType type)
    {
        if (type == ConnectionType.Interactive)
        {
            lock (_lock)
            {
                _since = _time.GetUtcNow();
            }

            _refusal = null;
            LogConnected(_log, Address);
            var back = Interlocked.Exchange(ref _back!, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            back.TrySetResult();
            CameBack?.Invoke();
        }
    }

    private void Lost(ConnectionFailedEventArgs change)
    {
        if (change.ConnectionType == ConnectionType.Interactive)
        {
            lock (_lock)
            {
                _wasLost = true;
            }

            _away = Describe(change.Exception);
            LogLost(_log, Address, change.FailureType, _away);
        }
    }

    private sealed class PasswordOf(Func<string?> source) : DefaultOptionsProvider
    {
        public override string? Password => source();
    }

    [LoggerMessage(EventId = 6001, Level = LogLevel.Information, Message = "Redis at {Address} is connected")]
    private static partial void LogConnected(ILogger logger, string address);

    [LoggerMessage(EventId = 6002, Level = LogLevel.Warning, Message = "Redis at {Address} is lost ({Reason}: {Meaning}); executions go on, and their events wait for it as far as there is room")]
    private static partial void LogLost(ILogger logger, string address, ConnectionFailureType reason, string meaning);

    [LoggerMessage(EventId = 6003, Level = LogLevel.Warning, Message = "Redis at {Address} is away ({Reason}); executions run without it, and their events wait for it as far as there is room")]
    private static partial void LogAway(ILogger logger, string address, string reason);

    [LoggerMessage(EventId = 6004, Level = LogLevel.Warning, Message = "Redis at {Address} cannot be reached; it is tried every second")]
    private static partial void LogNotOpened(ILogger logger, Exception exception, string address);
}
