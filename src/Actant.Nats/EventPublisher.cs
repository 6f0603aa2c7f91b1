using System.Diagnostics.Metrics;
using Actant.Events;
using Actant.Metering;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;

namespace Actant.Nats;

/// <summary>
/// Publishes what the loops of this process do, as readers of a stream see it: once, in order, or not at all. It waits for nobody: what finds no room, and
/// what was under way when the connection broke, is lost and counted.
/// </summary>
internal sealed partial class EventPublisher : IThreadObserver, IAsyncDisposable
{
    private const int BatchBytes = 256 * 1024;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_glance = TimeSpan.FromMilliseconds(10);

    private readonly string _subject;
    private readonly NatsLink _link;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly EventBuffer _buffer;
    private readonly Losses _losses;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _publishing;

    public EventPublisher(string subject, long bufferBytes, NatsLink link, Func<Meter> meter, TimeProvider time, ILoggerFactory logs)
    {
        (_subject, _link, _time) = (subject, link, time);
        _log = logs.CreateLogger("Actant.Nats");
        _buffer = new EventBuffer(bufferBytes);
        _losses = new Losses(() => NatsMeter.LostEvents(meter()), time, count => LogLost(_log, count));
        _publishing = Task.Run(() => PublishAsync(_stop.Token));
    }

    /// <inheritdoc />
    public void Published(ThreadKey thread, StreamEvent item)
    {
        if (!_buffer.Add(thread, item))
        {
            _losses.Add(1);
        }
    }

    /// <inheritdoc />
    public void ToolStarts(ThreadKey thread, ToolStart call)
    {
        // Readers of a stream are not told either, where nothing is stored of it.
    }

    /// <inheritdoc />
    public void Left(ThreadKey thread)
    {
        // Nothing is kept of a thread.
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        for (var started = _time.GetTimestamp(); !_buffer.IsEmpty && _link.IsConnected && _time.GetElapsedTime(started) < s_farewell;)
        {
            await Task.Delay(s_glance, _time);
        }

        await _stop.CancelAsync();
        await _publishing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _buffer.Dispose();
        _stop.Dispose();
    }

    private async Task PublishAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await _buffer.WaitAsync(cancellationToken);
                while (!_link.IsConnected)
                {
                    await _link.WaitAsync(s_pause, _time, cancellationToken);
                }

                var batch = _buffer.Take(BatchBytes);
                if (!await TryPublishAsync(batch, cancellationToken))
                {
                    _losses.Add(batch.Count);
                }
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

    /// <summary><c>false</c> where nobody knows how much of it was taken: what is sent again might come twice.</summary>
    private async Task<bool> TryPublishAsync(List<EventItem> batch, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(s_patience, _time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            foreach (var item in batch)
            {
                await _link.PublishAsync(item.Subject(_subject), item.Body(_link.MaxPayload), stop.Token);
            }

            await _link.FlushAsync(stop.Token);
            return true;
        }
        catch (Exception exception) when (exception is NatsException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    [LoggerMessage(EventId = 6301, Level = LogLevel.Warning, Message = "Events did not reach NATS, or nobody knows: {Count} since the last such line. Executions are not affected")]
    private static partial void LogLost(ILogger logger, long count);

    [LoggerMessage(EventId = 6302, Level = LogLevel.Error, Message = "Events that were to be published are lost")]
    private static partial void LogBroken(ILogger logger, Exception exception);
}
