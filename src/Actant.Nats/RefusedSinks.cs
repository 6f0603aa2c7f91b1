using Actant.CloudEvents;
using Actant.Outbox;
using Microsoft.Extensions.Logging;

namespace Actant.Nats;

/// <summary>
/// Sends the ends of refused jobs to the sinks of all ends. There is no execution whose delivery they could be: the message is kept until they have gone, and
/// comes again while a sink is away, at most for as long as a delivery would.
/// </summary>
internal sealed partial class RefusedSinks(IEnumerable<JobSink> sinks, ResultEvents events, TimeSpan longest, TimeSpan pause, TimeProvider time, ILogger log)
{
    // A sink that is slow must not take the places of messages that are jobs.
    private const int MostAtOnce = 8;

    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(10);

    private readonly List<Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask<SendResult>>> _sinks = [.. sinks.Select(static sink => sink.SendRefused).OfType<Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask<SendResult>>>()];
    private int _underWay;
    private long _failedAt;

    /// <summary>Whether nothing is left to be sent.</summary>
    public async Task<bool> SendAsync(JobMessage message, JobReading reading, Refusal refusal, CancellationToken cancellationToken)
    {
        if (_sinks.Count == 0)
        {
            return true;
        }

        var failed = Volatile.Read(ref _failedAt);
        if (failed != 0 && time.GetElapsedTime(failed) < pause)
        {
            return false;
        }

        try
        {
            var isSent = Interlocked.Increment(ref _underWay) <= MostAtOnce;
            if (!isSent)
            {
                return false;
            }

            foreach (var send in _sinks)
            {
                isSent &= await TrySendAsync(send, message, events.WriteRefused(message.Id, reading.JobId, refusal, reading.TraceParent, time.GetUtcNow()), cancellationToken);
            }

            return isSent;
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    private async Task<bool> TrySendAsync(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask<SendResult>> send, JobMessage message, ReadOnlyMemory<byte> end, CancellationToken cancellationToken)
    {
        var result = await SendAsync(send, end, cancellationToken);
        if (result.IsDelivered)
        {
            return true;
        }

        if (result.IsFinal || time.GetUtcNow() - message.At > longest)
        {
            LogGivenUp(log, message.Stream, message.Sequence, result.Reason ?? "");
            return true;
        }

        Volatile.Write(ref _failedAt, time.GetTimestamp());
        LogAway(log, message.Stream, message.Sequence, result.Reason ?? "");
        return false;
    }

    private async Task<SendResult> SendAsync(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask<SendResult>> send, ReadOnlyMemory<byte> end, CancellationToken cancellationToken)
    {
        using var clock = new CancellationTokenSource(s_timeout, time);
        using var late = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancellationToken);
        try
        {
            return await send(end, late.Token).AsTask().WaitAsync(late.Token);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            return SendResult.Failed(clock.IsCancellationRequested ? $"No answer within {s_timeout.TotalSeconds:0} s." : $"It failed ({exception.GetType().Name}).");
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The end of message {Sequence} of {Stream}, which is refused, does not get through to the sink, and is tried again: {Reason}")]
    private static partial void LogAway(ILogger logger, string stream, ulong sequence, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The end of message {Sequence} of {Stream}, which is refused, never reaches the sink: {Reason}")]
    private static partial void LogGivenUp(ILogger logger, string stream, ulong sequence, string reason);
}
