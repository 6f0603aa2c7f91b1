using System.Diagnostics;
using Actant.Egress;
using Actant.Storage;
using Actant.Tracing;
using Microsoft.Extensions.Logging;

namespace Actant.Outbox;

/// <summary>One try of a delivery: the words are read, sent, and what came of it is stored.</summary>
/// <param name="store">Where it is stored.</param>
/// <param name="senders">Who sends.</param>
/// <param name="documents">The words.</param>
/// <param name="threads">Who delivers to other threads.</param>
/// <param name="options">Times and bounds.</param>
/// <param name="time">The store's clock.</param>
/// <param name="random">For waits that differ.</param>
/// <param name="meter">What is counted.</param>
/// <param name="log">The log.</param>
internal sealed partial class DeliveryTrial(
    IActantStore store, OutboxSenders senders, IDeliveryDocuments documents, IThreadDeliveries threads, DeliveryOptions options, TimeProvider time, Random random, OutboxMeter meter, ILogger log)
{
    private static readonly TimeSpan s_longestForThreads = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_settlePatience = TimeSpan.FromSeconds(8);

    /// <summary>The next row of a lane may be taken now.</summary>
    public required Action LaneGoesOn { get; init; }

    /// <summary>A row is due at a time.</summary>
    public required Action<DateTimeOffset> DueAt { get; init; }

    private DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Whether the destination is in trouble; <c>null</c> where that was not found out.</summary>
    /// <param name="delivery">What is sent.</param>
    /// <param name="isAlive">Whether the session surely lives.</param>
    /// <param name="cut">Others need its place: its time is over.</param>
    /// <param name="cancellationToken">Ends it as if it had not been.</param>
    public async Task<bool?> TryAsync(OutboxDelivery delivery, Func<bool> isAlive, CancellationToken cut, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var scheme = DeliveryNote.SchemeOf(delivery.Row.Destination);
        try
        {
            var isForThread = scheme == DeliveryNote.ThreadScheme;
            var sender = isForThread ? null : senders.Find(scheme);
            if (!isForThread && sender is null)
            {
                await SettleAsync(delivery, Dead($"No node has a sender for `{scheme}`."), cancellationToken);
                return null;
            }

            var longest = Shorter(options.LongestWait, isForThread ? s_longestForThreads : sender!.LongestWait);
            var result = await (sender is null ? SendToThreadAsync(delivery, longest, cancellationToken) : SendAsync(delivery, sender, isAlive, cut, cancellationToken));
            var settlement = SettlementOf(delivery, result, longest);
            meter.Ended(
                scheme,
                settlement.Kind switch { OutboxSettlementKind.Delivered => OutboxMeter.Delivered, OutboxSettlementKind.Dead => OutboxMeter.Dead, _ => OutboxMeter.Retried },
                time.GetElapsedTime(started),
                Now - delivery.WrittenAt);
            await SettleAsync(delivery, settlement, cancellationToken);
            if (settlement.Kind == OutboxSettlementKind.Dead)
            {
                LogDead(log, delivery.Row.Delivery, delivery.Thread, delivery.Attempt, settlement.Reason ?? "");
            }

            return result.IsDown;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception exception)
        {
            // Its lease ends, and somebody takes it again.
            LogTryFailed(log, exception, delivery.Row.Delivery);
            return null;
        }
    }

    private static TimeSpan Shorter(TimeSpan wait, TimeSpan? other) => other < wait ? other.Value : wait;

    /// <summary>What the store does not take in time is not settled: somebody takes it again.</summary>
    private async Task<SendResult> SendToThreadAsync(OutboxDelivery delivery, TimeSpan longest, CancellationToken cancellationToken)
    {
        using var clock = new CancellationTokenSource(options.AttemptTimeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancellationToken);
        return DeliveryNote.Read(delivery.Row) is { } note
            ? await threads.SendAsync(delivery, note, IsLast(delivery, longest), stop.Token)
            : SendResult.Refused("It was written by another release, in a form that this one does not know.");
    }

    private async Task<SendResult> SendAsync(OutboxDelivery delivery, IOutboxSender sender, Func<bool> isAlive, CancellationToken cut, CancellationToken cancellationToken)
    {
        if (DeliveryNote.Read(delivery.Row) is not { } note)
        {
            return SendResult.Refused("It was written by another release, in a form that this one does not know.");
        }

        if (await documents.ReadAsync(delivery.Thread, note.Execution, note.Event, cancellationToken) is not { } document)
        {
            return SendResult.Refused("Its execution is gone.");
        }

        var message = new OutboxMessage
        {
            Id = delivery.Row.Delivery,
            Destination = delivery.Row.Destination,
            Thread = delivery.Thread,
            Execution = note.Execution,
            Event = note.Event,
            Body = document.Body,
            Attempt = delivery.Attempt,
            WrittenAt = delivery.WrittenAt,
            Secrets = note.Secrets ?? [],
        };
        using var clock = new CancellationTokenSource(options.AttemptTimeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cut, cancellationToken);
        var started = time.GetTimestamp();
        SendPermit.Current = new SendPermit(isAlive);
        using var span = Begin(message, document.Trace, sender.Scheme);
        try
        {
            // A sender that does not listen is left behind.
            var result = await sender.SendAsync(message, stop.Token).AsTask().WaitAsync(stop.Token);
            if (!result.IsDelivered)
            {
                span?.SetTag("error.type", result.IsFinal ? "refused" : "failed").SetStatus(ActivityStatusCode.Error, result.Reason);
            }

            return result;
        }
        catch (OperationCanceledException) when (clock.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return SendResult.Failed($"No answer within {options.AttemptTimeout.TotalSeconds:0.###} s.");
        }
        catch (OperationCanceledException) when (cut.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return SendResult.Failed($"No answer within {time.GetElapsedTime(started).TotalSeconds:0.#} s, and others waited for its place.");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception)
        {
            LogTryFailed(log, exception, delivery.Row.Delivery);
            return SendResult.Failed($"The sender for `{sender.Scheme}` failed ({exception.GetType().Name}); the log has the details.");
        }
    }

    /// <summary>Begins its span, in the trace of the execution.</summary>
    private static Activity? Begin(OutboxMessage message, StoredTrace? trace, string scheme)
    {
        var span = ActantTracing.Source.StartActivity($"deliver {message.Event}", ActivityKind.Producer, trace?.Context ?? default)
            ?.SetTag("messaging.operation.name", "send")
            .SetTag("messaging.message.id", message.Id.ToString())
            .SetTag("actant.delivery.scheme", scheme)
            .SetTag("actant.execution", message.Execution.ToString())
            .SetTag("actant.attempt", message.Attempt);
        if (span is not null)
        {
            trace?.AddBaggageTo(span);
        }

        return span;
    }

    private OutboxSettlement SettlementOf(OutboxDelivery delivery, SendResult result, TimeSpan longest)
    {
        if (result.IsDelivered)
        {
            return new OutboxSettlement(OutboxSettlementKind.Delivered);
        }

        var wait = Backoff.Doubled(options.FirstWait, longest, delivery.Attempt) * (0.8 + (0.4 * random.NextDouble()));
        if (result.RetryAfter is { } asked && asked > wait)
        {
            wait = asked < longest ? asked : longest;
        }

        return result.IsFinal || IsLast(delivery, wait)
            ? Dead(result.Reason)
            : new OutboxSettlement(OutboxSettlementKind.Retry, Now + wait, result.Reason);
    }

    /// <summary>Whether another process may have a sender for it, which this one lacks, and time enough.</summary>
    /// <param name="delivery">What would be sent.</param>
    /// <param name="wait">When it would be tried here again.</param>
    public bool IsForOthers(OutboxDelivery delivery, TimeSpan wait) =>
        DeliveryNote.SchemeOf(delivery.Row.Destination) is var scheme && scheme != DeliveryNote.ThreadScheme && senders.Find(scheme) is null && !IsOver(delivery, wait);

    private bool IsLast(OutboxDelivery delivery, TimeSpan wait) => delivery.Attempt >= options.MaxAttempts || IsOver(delivery, wait);

    /// <summary>Whether its time is over before it could be tried again.</summary>
    private bool IsOver(OutboxDelivery delivery, TimeSpan wait) => Now + wait > delivery.Since + options.MaxAge;

    private static OutboxSettlement Dead(string? reason) => new(OutboxSettlementKind.Dead, Reason: reason);

    private async Task SettleAsync(OutboxDelivery delivery, OutboxSettlement settlement, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        for (var pause = TimeSpan.FromMilliseconds(50); ; pause *= 2)
        {
            try
            {
                var goesOn = await store.SettleOutboxAsync(delivery.Row.Delivery, settlement with { Attempt = delivery.Attempt }, cancellationToken);
                if (goesOn)
                {
                    LaneGoesOn();
                }

                if (settlement.RetryAt is { } at)
                {
                    DueAt(at);
                }

                return;
            }
            catch (StoreUnavailableException) when (time.GetElapsedTime(started) + pause < s_settlePatience)
            {
                await Task.Delay(pause, time, cancellationToken);
            }
        }
    }

    [LoggerMessage(EventId = 3002, Level = LogLevel.Warning, Message = "Delivery {Delivery} of thread {Thread} is given up after {Attempts} tries: {Reason}")]
    private static partial void LogDead(ILogger logger, Guid delivery, ThreadKey thread, int attempts, string reason);

    [LoggerMessage(EventId = 3003, Level = LogLevel.Warning, Message = "Delivery {Delivery} could not be tried.")]
    private static partial void LogTryFailed(ILogger logger, Exception exception, Guid delivery);
}
