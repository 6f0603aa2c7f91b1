using System.Collections.Concurrent;
using Actant.Api;
using Actant.CloudEvents;
using Actant.Executions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using NATS.Client.JetStream;

namespace Actant.Nats;

/// <summary>
/// Pulls jobs as this process has slots for them, and holds each message until its execution has ended or sleeps: until then another node gets it when
/// this one dies; from then on the store holds the execution, and the message is done with.
/// </summary>
internal sealed partial class JobConsumer : IHostedService, IAsyncDisposable
{
    // Bodies in memory that are not stored yet.
    private const int MostAtOnce = 64;

    private static readonly TimeSpan s_expires = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan s_heartbeat = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_lookAgain = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(5);

    private readonly NatsOptions _options;
    private readonly NatsLink _link;
    private readonly ActantEngine _engine;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly JobHandling _handling;
    private readonly ConcurrentDictionary<ulong, JobMessage> _held = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _freed = new(0);
    private int _unstored;
    private TimeSpan _ackWait;
    private Task _work = Task.CompletedTask;

    public JobConsumer(
        NatsOptions options, NatsLink link, ActantEngine engine, JobIntake intake, RequestRoom room, DeadLetters dead, RefusedSinks sinks, IHostApplicationLifetime lifetime, TimeProvider time, ILoggerFactory logs)
    {
        (_options, _link, _engine, _lifetime, _time) = (options, link, engine, lifetime, time);
        _log = logs.CreateLogger("Actant.Nats");
        _ackWait = options.AckWait;
        _handling = new JobHandling(options, engine, intake, room, dead, sinks, new NatsMeter(engine.Meter, () => _held.Count), time, _log);
    }

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken)
    {
        // The engine stops with the application, before hosted services do: nothing is taken from then on.
        _lifetime.ApplicationStopping.Register(_stop.Cancel);
        _work = _options.TakesJobs ? Task.WhenAll(Task.Run(PullAsync, CancellationToken.None), Task.Run(KeepAsync, CancellationToken.None)) : Task.Run(EnsureResultsAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _work.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        // What is still held goes on elsewhere, where it was stored: whoever gets the message holds it from now on.
        using var late = new CancellationTokenSource(s_farewell, _time);
        foreach (var message in _held.Values)
        {
            await _handling.ReturnAsync(message, late.Token);
        }
    }

    public ValueTask DisposeAsync()
    {
        _stop.Dispose();
        _freed.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>How many jobs may be taken now.</summary>
    private int Room()
    {
        // What is stored and waits takes no slot, and is not held for long.
        return _engine.IsRunning ? Math.Min(_engine.FreeSlots, MostAtOnce) - Volatile.Read(ref _unstored) : 0;
    }

    private async Task PullAsync()
    {
        var pause = Pause();
        INatsJSConsumer? consumer = null;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                if (Room() is not (> 0 and var room))
                {
                    await _freed.WaitAsync(s_lookAgain, _stop.Token);
                    continue;
                }

                if (consumer is null)
                {
                    consumer = await _link.EnsureConsumerAsync(_stop.Token);
                    _ackWait = ShortestWait(consumer.Info.Config);
                }

                // None that came, and sooner than it would have been given up: somebody removed the consumer, or the server went away.
                var started = _time.GetTimestamp();
                if (await PullAsync(consumer, room) == 0 && _time.GetElapsedTime(started) < s_expires - s_heartbeat)
                {
                    consumer = null;
                    await Task.Delay(pause.Next(), _time, _stop.Token);
                }
                else
                {
                    pause.Reset();
                }
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                consumer = null;
                LogAway(_log, exception.Message.ReplaceLineEndings(" "));
                await Task.Delay(pause.Next(), _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task<int> PullAsync(INatsJSConsumer consumer, int room)
    {
        var came = 0;
        var options = new NatsJSFetchOpts { MaxMsgs = room, Expires = s_expires, IdleHeartbeat = s_heartbeat };
        await foreach (var message in consumer.FetchAsync<NatsMemoryOwner<byte>>(options, cancellationToken: _stop.Token))
        {
            came++;
            if (message.Metadata is { } metadata)
            {
                Take(new JobMessage(message, metadata));
            }
        }

        return came;
    }

    private void Take(JobMessage message)
    {
        // One that is held came again because the server heard nothing for a while. It is the same work; what is said of this one counts.
        if (_held.TryGetValue(message.Sequence, out var before))
        {
            message.Forget();
            _held.TryUpdate(message.Sequence, message, before);
            return;
        }

        _held[message.Sequence] = message;
        Interlocked.Increment(ref _unstored);
        var taken = _handling.Take(message);
        _ = Task.Run(() => HandleAsync(taken), CancellationToken.None);
    }

    private async Task HandleAsync(TakenJob taken)
    {
        var (message, isStored) = (taken.Message, 0);
        try
        {
            await _handling.HandleAsync(taken, () => _held.GetValueOrDefault(message.Sequence, message), Stored, _stop.Token);
        }
        finally
        {
            Stored();

            // Whoever stops gives back what was not done with.
            if (!_stop.IsCancellationRequested)
            {
                _held.TryRemove(message.Sequence, out _);
            }

            Free();
        }

        void Stored()
        {
            if (Interlocked.Exchange(ref isStored, 1) == 0)
            {
                message.Forget();
                Interlocked.Decrement(ref _unstored);
                Free();
            }
        }
    }

    private void Free()
    {
        if (_freed.CurrentCount == 0)
        {
            _freed.Release();
        }
    }

    /// <summary>Tells the server of each message that is held that it is.</summary>
    private async Task KeepAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            await Task.Delay(_ackWait / 3, _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            foreach (var message in _held.Values)
            {
                try
                {
                    await message.ProgressAsync(_stop.Token);
                }
                catch (Exception exception) when (exception is NatsException or OperationCanceledException)
                {
                    // The server is away: it will come again, and is known then.
                    break;
                }
            }
        }
    }

    private async Task EnsureResultsAsync()
    {
        var pause = Pause();
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await _link.EnsureResultsAsync(_stop.Token);
                return;
            }
            catch (Exception exception) when (exception is NatsException or OperationCanceledException)
            {
                LogAway(_log, exception.Message.ReplaceLineEndings(" "));
                await Task.Delay(pause.Next(), _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private static TimeSpan ShortestWait(NATS.Client.JetStream.Models.ConsumerConfig config)
    {
        var wait = config.Backoff is { Count: > 0 } backoff ? backoff.Min() : config.AckWait;
        return wait > s_firstPause ? wait : s_firstPause;
    }

    private static Backoff Pause() => new(s_firstPause, s_longestPause, new Random());

    [LoggerMessage(Level = LogLevel.Warning, Message = "No jobs can be taken from NATS at the moment: {Reason}")]
    private static partial void LogAway(ILogger logger, string reason);
}
