using System.Diagnostics.Metrics;
using Actant.Events;
using Actant.Hosting;
using Actant.Journaling;
using Actant.Metering;
using Actant.Outbox;
using Microsoft.Extensions.Logging;

namespace Actant.Redis;

/// <summary>
/// Publishes what executions do on <c>langgraph:stream:{thread_id}</c>; see <c>docs/redis.md</c>. What comes on the way is published once, as it comes,
/// or lost; the end goes through the outbox, and is published whatever becomes of this process or of Redis.
/// </summary>
public sealed partial class RedisStreams : IThreadObserver, IOutboxSender, IReadyCheck, IAsyncDisposable
{
    /// <summary>The scheme of its deliveries.</summary>
    internal const string SchemeName = "redis-stream";

    /// <summary>How much is under way to Redis at once.</summary>
    private const int BatchBytes = 256 * 1024;

    private static readonly TimeSpan s_overtaking = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_glance = TimeSpan.FromMilliseconds(10);

    private readonly TimeProvider _time;
    private readonly Losses _errors;
    private readonly ILogger _log;
    private readonly StreamBuffer _buffer;
    private readonly RecentEnds _ends = new();
    private readonly RedisLink _link;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _publishing;
    private int _isDisposed;

    /// <summary>Begins to connect; what comes before is there waits.</summary>
    /// <param name="options">Where to, and how much may wait.</param>
    /// <param name="meter">Where it counts; asked for when there is something to count.</param>
    /// <param name="time">For waiting.</param>
    /// <param name="logs">Where to log.</param>
    /// <exception cref="ArgumentException">The options are wrong.</exception>
    public RedisStreams(RedisStreamOptions options, Func<Meter> meter, TimeProvider time, ILoggerFactory logs)
    {
        RedisStreamOptions.Check(options);
        _time = time;
        _log = logs.CreateLogger("Actant.Redis");
        _errors = new Losses(
            () => meter().CreateCounter<long>("agent_executor_redis_publish_errors", "{error}", "Messages that Redis did not take."), time, SayLost);
        _buffer = new StreamBuffer(options.BufferBytes);
        _link = new RedisLink(options.ToClient(), time, _log);
        _publishing = Task.Run(() => PublishAsync(_stop.Token));
    }

    /// <inheritdoc />
    public event Action? CameBack
    {
        add => _link.CameBack += value;
        remove => _link.CameBack -= value;
    }

    /// <summary>Where ends are delivered to.</summary>
    public static DeliveryTarget Target { get; } = new() { Url = $"{SchemeName}:thread" };

    /// <inheritdoc />
    public string Scheme => SchemeName;

    /// <inheritdoc />
    public TimeSpan? LongestWait => TimeSpan.FromSeconds(10);

    /// <inheritdoc />
    public string Name => "redis";

    /// <inheritdoc />
    public bool IsBroker => true;

    /// <inheritdoc />
    public ValueTask<string> CheckAsync(CancellationToken cancellationToken) => _link.CheckAsync(cancellationToken);

    /// <inheritdoc />
    public IEnumerable<DefinitionProblem> Check(TenantId tenant, DeliveryTarget target, string path) =>
        [new DefinitionProblem($"{path}.url", "unknown_scheme", "Every end is published on Redis here; it cannot be asked for.")];

    /// <inheritdoc />
    public void Published(ThreadKey thread, StreamEvent item)
    {
        switch (item)
        {
            case StreamEvent.DeltaPublished published:
                Count(_buffer.Add(thread, published.Delta));
                break;
            case StreamEvent.AnswerRestarted restarted:
                _buffer.Restart(thread, restarted.Delta.MessageId);
                break;
            case StreamEvent.Stored { Entry.Payload: ModelAnswered { Message.Id: { } id } }:
                _buffer.Settle(thread, id);
                break;
            case StreamEvent.Stored { Entry.Payload: ToolFinished finished }:
                Count(_buffer.Add(thread, StreamMessages.ToolEnd(finished)));
                break;
            case StreamEvent.Stored { Entry: { Execution: { } execution, Payload: ExecutionCompleted or ExecutionFailed or ExecutionCancelled or ExecutionTimedOut } }:
                _ends.Add(execution);
                break;
        }
    }

    /// <inheritdoc />
    public void ToolStarts(ThreadKey thread, ToolStart call)
    {
        ArgumentNullException.ThrowIfNull(call);

        // A second attempt is the same call to whoever looks on.
        if (call.Attempt == 1)
        {
            Count(_buffer.Add(thread, StreamMessages.ToolStart(call)));
        }
    }

    /// <inheritdoc />
    public void Left(ThreadKey thread) => _buffer.Leave(thread);

    /// <inheritdoc />
    public async ValueTask<SendResult> SendAsync(OutboxMessage message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (message.Attempt == 1)
        {
            await _ends.WaitAsync(message.Execution, s_overtaking, _time, cancellationToken).ConfigureAwait(false);
        }

        var sent = new TaskCompletionSource<long?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _buffer.AddEnd(message.Thread, StreamMessages.End(message.Body, message.Event), sent);
        try
        {
            if (await sent.Task.WaitAsync(s_patience, _time, cancellationToken).ConfigureAwait(false) is { } heard)
            {
                return heard > 0 || !_link.MayBeAhead(message.WrittenAt)
                    ? SendResult.Delivered
                    : SendResult.Failed("Redis has just come back, and nobody listens yet.", isDown: false, TimeSpan.FromSeconds(1));
            }
        }
        catch (TimeoutException)
        {
            // Reported below.
        }
        finally
        {
            // Who tries again must not find it sent twice.
            sent.TrySetResult(null);
        }

        _errors.Add(1);
        return SendResult.Failed($"Redis did not take it: {_link.Reason}.");
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        // A container disposes of it once for each of its services.
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        for (var started = _time.GetTimestamp(); !_buffer.IsEmpty && _link.IsConnected && _time.GetElapsedTime(started) < s_farewell;)
        {
            await Task.Delay(s_glance, _time).ConfigureAwait(false);
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await _publishing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _link.DisposeAsync().ConfigureAwait(false);
        _buffer.Dispose();
        _stop.Dispose();
    }

    private void SayLost(long count) => LogNotTaken(_log, _link.Reason, count);

    private void Count(bool isTaken)
    {
        if (!isTaken)
        {
            _errors.Add(1);
        }
    }

    private async Task PublishAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await _buffer.WaitAsync(cancellationToken).ConfigureAwait(false);
                while (!_link.IsConnected)
                {
                    _errors.Add(1);
                    await _link.WaitAsync(cancellationToken).ConfigureAwait(false);
                }

                await PublishAsync(_buffer.Take(BatchBytes)).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                LogBroken(_log, exception);
            }
        }
    }

    private async Task PublishAsync(List<StreamMessage> batch)
    {
        var failed = 0;
        foreach (var (message, publishing) in batch.ConvertAll(message => (message, _link.PublishAsync(message.Channel, message.Body))))
        {
            await ((Task)publishing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var isSent = publishing.IsCompletedSuccessfully;
            failed += isSent ? 0 : 1;
            message.Sent?.TrySetResult(isSent ? await publishing.ConfigureAwait(false) : null);
        }

        if (failed > 0)
        {
            _errors.Add(failed);
        }
    }

    [LoggerMessage(EventId = 6005, Level = LogLevel.Warning, Message = "Redis did not take messages, or could not be tried ({Reason}): {Count} times since the last such line. Executions are not affected")]
    private static partial void LogNotTaken(ILogger logger, string reason, long count);

    [LoggerMessage(EventId = 6006, Level = LogLevel.Error, Message = "Something that was to be published on Redis is lost")]
    private static partial void LogBroken(ILogger logger, Exception exception);
}
