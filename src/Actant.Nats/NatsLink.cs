using System.Globalization;
using Actant.Hosting;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Actant.Nats;

/// <summary>The connection, and the streams on it: made where they are missing, and never changed where they exist.</summary>
internal sealed partial class NatsLink : IReadyCheck, IAsyncDisposable
{
    private static readonly TimeSpan s_requestTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_resultsAge = TimeSpan.FromDays(7);
    private static readonly TimeSpan s_deadAge = TimeSpan.FromDays(30);

    private const int StreamNotFound = 404;
    private const int TooLargeForStream = 10054;
    private const int MostAckPending = 100_000;

    private readonly NatsOptions _options;
    private readonly ILogger _log;
    private readonly NatsConnection _connection;
    private TaskCompletionSource _back = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string? _problem = "nothing was heard of it yet";

    public NatsLink(NatsOptions options, ILoggerFactory logs)
    {
        (_options, _log) = (options, logs.CreateLogger("Actant.Nats"));
        _connection = new NatsConnection(NatsConnecting.Of(options, logs));
        _connection.ConnectionOpened += (_, _) =>
        {
            Interlocked.Exchange(ref _back, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
            CameBack?.Invoke();
            return ValueTask.CompletedTask;
        };
        JetStream = new NatsJSContext(_connection);
    }

    /// <summary>Raised when it is connected, for the first time or again.</summary>
    public event Action? CameBack;

    /// <summary>The streams.</summary>
    public NatsJSContext JetStream { get; }

    /// <summary>Whether it is there, as far as is known.</summary>
    public bool IsConnected => _connection.ConnectionState == NatsConnectionState.Open;

    /// <inheritdoc />
    public string Name => "nats";

    /// <inheritdoc />
    public bool IsBroker => true;

    /// <summary>The most bytes of a message, as the server said; what NATS has by itself before it did.</summary>
    public int MaxPayload => _connection.ServerInfo is { MaxPayload: > 0 } info ? info.MaxPayload : 1024 * 1024;

    /// <inheritdoc />
    public async ValueTask<string> CheckAsync(CancellationToken cancellationToken)
    {
        if (!IsConnected)
        {
            return "not connected";
        }

        try
        {
            await _connection.PingAsync(cancellationToken);
            return _problem ?? "ok";
        }
        catch (Exception exception) when (exception is NatsException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            // The connection broke in the middle of it.
            return "not connected";
        }
    }

    /// <summary>Stores a message in the stream of its subject.</summary>
    /// <param name="subject">The subject.</param>
    /// <param name="body">The message.</param>
    /// <param name="headers">Its headers.</param>
    /// <param name="id">By which the server knows it again, if it has one.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Its number; <c>null</c> where it is too large for the server or the stream, whenever it is tried.</returns>
    /// <exception cref="NatsException">It was not stored.</exception>
    public async Task<ulong?> StoreAsync(string subject, ReadOnlyMemory<byte> body, NatsHeaders headers, string? id, CancellationToken cancellationToken)
    {
        try
        {
            var stored = await JetStream.PublishAsync(subject, body, opts: new NatsJSPubOpts { MsgId = id, RetryAttempts = 1 }, headers: headers, cancellationToken: cancellationToken);
            return stored.Error switch
            {
                null => stored.Seq,
                { ErrCode: TooLargeForStream } => null,
                var error => throw new NatsException($"The message for {subject} was not stored: {error.Description}"),
            };
        }
        catch (NatsPayloadTooLargeException)
        {
            return null;
        }
        catch (NatsException)
        {
            await MendResultsAsync(cancellationToken);
            throw;
        }
    }

    /// <summary>Publishes where nobody confirms it; calls are sent in the order in which they are made.</summary>
    /// <exception cref="NatsException">It was not sent.</exception>
    public ValueTask PublishAsync(string subject, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        _connection.PublishAsync(subject, body, cancellationToken: cancellationToken);

    /// <summary>Until the server has read all that was published before.</summary>
    /// <exception cref="NatsException">Nobody knows whether it has.</exception>
    public async Task FlushAsync(CancellationToken cancellationToken) => await _connection.PingAsync(cancellationToken);

    /// <summary>Until it is connected again, or some time is over.</summary>
    public async Task WaitAsync(TimeSpan longest, TimeProvider time, CancellationToken cancellationToken)
    {
        var back = Volatile.Read(ref _back).Task;
        if (!IsConnected)
        {
            await Task.WhenAny(back, Task.Delay(longest, time, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>The streams of results and of what is given up.</summary>
    /// <exception cref="NatsException">They cannot be had.</exception>
    public async Task EnsureResultsAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var late = Late(cancellationToken);
            await EnsureStreamAsync(new StreamConfig(_options.ResultStream, [$"{_options.ResultSubject}.>"]) { MaxAge = s_resultsAge }, late.Token);
            await EnsureStreamAsync(new StreamConfig(_options.DeadStream, [_options.DeadSubject]) { MaxAge = s_deadAge }, late.Token);
            if (!_options.TakesJobs)
            {
                _problem = null;
            }
        }
        catch (Exception exception) when (exception is NatsException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw Unusable(exception);
        }
    }

    /// <summary>Somebody may have removed the streams: the next try finds them again, if that can be.</summary>
    public async Task MendResultsAsync(CancellationToken cancellationToken)
    {
        if (!IsConnected)
        {
            return;
        }

        try
        {
            await EnsureResultsAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is NatsException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            // Whoever tried says what was wrong.
        }
    }

    /// <summary>The consumer of jobs.</summary>
    /// <exception cref="NatsException">It cannot be had.</exception>
    public async Task<INatsJSConsumer> EnsureConsumerAsync(CancellationToken cancellationToken)
    {
        try
        {
            await EnsureResultsAsync(cancellationToken);
            using var late = Late(cancellationToken);

            // Each message is somebody's work: once it is done, nobody needs it any more.
            await EnsureStreamAsync(new StreamConfig(_options.JobStream, [_options.JobSubjects]) { Retention = StreamConfigRetention.Workqueue }, late.Token);
            var consumer = await ConsumerAsync(late.Token);
            var config = consumer.Info.Config;
            _problem = config.AckPolicy != ConsumerConfigAckPolicy.Explicit ? $"the consumer {_options.Consumer} does not acknowledge explicitly, so that jobs would be lost: change or remove it"
                : config.DeliverSubject is not null ? $"the consumer {_options.Consumer} pushes messages, and one that is pulled from is needed: change or remove it"
                : config.MaxDeliver > 0 ? string.Create(CultureInfo.InvariantCulture, $"the consumer {_options.Consumer} has max_deliver {config.MaxDeliver}, so that jobs that were put off as often would be lost: set it to -1, or remove the consumer")
                : null;
            return _problem is { } problem ? throw new UnusableException(problem) : consumer;
        }
        catch (Exception exception) when (exception is NatsException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw Unusable(exception);
        }
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    /// <summary>Remembers why nothing can be done, for whoever looks; as what is thrown to whoever tried.</summary>
    private NatsException Unusable(Exception exception)
    {
        var reason = exception switch
        {
            UnusableException => exception.Message,
            NatsNoRespondersException => "JetStream does not answer: it is not enabled on the server, or not for this account",
            OperationCanceledException => $"JetStream does not answer within {s_requestTimeout.TotalSeconds:0} s",
            _ => exception.Message.ReplaceLineEndings(" "),
        };
        _problem = reason;
        return exception as UnusableException ?? new UnusableException(reason, exception);
    }

    private static CancellationTokenSource Late(CancellationToken cancellationToken)
    {
        var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        late.CancelAfter(s_requestTimeout);
        return late;
    }

    private async Task EnsureStreamAsync(StreamConfig config, CancellationToken cancellationToken)
    {
        try
        {
            await JetStream.GetStreamAsync(config.Name!, cancellationToken: cancellationToken);
        }
        catch (NatsJSApiException exception) when (exception.Error.Code == StreamNotFound)
        {
            try
            {
                await JetStream.CreateStreamAsync(config, cancellationToken);
            }
            catch (NatsJSApiException refused)
            {
                throw new UnusableException($"the stream {config.Name} on {string.Join(", ", config.Subjects ?? [])} is missing and cannot be made: {refused.Error.Description}", refused);
            }

            LogMade(_log, "stream", config.Name!);
        }
    }

    private async Task<INatsJSConsumer> ConsumerAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await JetStream.GetConsumerAsync(_options.JobStream, _options.Consumer, cancellationToken);
        }
        catch (NatsJSApiException exception) when (exception.Error.Code == StreamNotFound)
        {
            var made = await JetStream.CreateOrUpdateConsumerAsync(
                _options.JobStream,
                new ConsumerConfig(_options.Consumer)
                {
                    AckPolicy = ConsumerConfigAckPolicy.Explicit,
                    AckWait = _options.AckWait,
                    MaxAckPending = MostAckPending,

                    // Which tries count is counted here: the server would count those too that a process ended in the middle of its work.
                    MaxDeliver = -1,
                },
                cancellationToken);
            LogMade(_log, "consumer", _options.Consumer);
            return made;
        }
    }

    /// <summary>Already in words for people.</summary>
    private sealed class UnusableException(string message, Exception? inner = null) : NatsException(message, inner!);

    [LoggerMessage(Level = LogLevel.Information, Message = "The {Kind} {Name} was missing and was made")]
    private static partial void LogMade(ILogger logger, string kind, string name);
}
