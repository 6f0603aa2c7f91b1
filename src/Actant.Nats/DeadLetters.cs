using System.Globalization;
using Actant.CloudEvents;
using Microsoft.Extensions.Primitives;
using NATS.Client.Core;
using NATS.Client.JetStream;

namespace Actant.Nats;

/// <summary>
/// Gives messages up: a failed result to those who wait for it, and the message itself to where a person looks. Both have ids of their own, so that a
/// process that dies in between does no harm.
/// </summary>
internal sealed class DeadLetters(NatsOptions options, NatsLink link, ResultEvents events, TimeProvider time)
{
    private const int LongestReason = 1_000;

    /// <exception cref="NatsException">The server did not take it.</exception>
    public async Task GiveUpAsync(JobMessage message, JobReading reading, Refusal refusal, CancellationToken cancellationToken)
    {
        var id = message.Id.ToString("D");
        var result = events.WriteRefused(message.Id, reading.JobId, refusal, reading.TraceParent, time.GetUtcNow());
        await PublishAsync($"{options.ResultSubject}.{DeliveryEvents.Failed}", result, new NatsHeaders { ["Content-Type"] = ResultEvents.ContentType }, id, cancellationToken);

        var reason = new NatsHeaders
        {
            ["Actant-Reason-Code"] = Plain(refusal.Code),
            ["Actant-Reason"] = Plain(refusal.Message),
            ["Actant-Subject"] = message.Subject,
            ["Actant-Stream"] = message.Stream,
            ["Actant-Sequence"] = message.Sequence.ToString(CultureInfo.InvariantCulture),
        };
        if (message.SenderId is { } sender)
        {
            reason["Actant-Msg-Id"] = Plain(sender);
        }

        var headers = new NatsHeaders(reason.ToDictionary(static header => header.Key, static header => header.Value));
        foreach (var (name, value) in message.Headers.Where(static header => !JobMessage.IsServersOwn(header.Key)))
        {
            headers.TryAdd(name, new StringValues([.. value.Select(static text => Plain(text ?? ""))]));
        }

        try
        {
            await PublishAsync(options.DeadSubject, message.Body, headers, id, cancellationToken);
        }
        catch (NatsPayloadTooLargeException)
        {
            // It had as many bytes as there may be, without these headers: then they say what it was.
            await PublishAsync(options.DeadSubject, ReadOnlyMemory<byte>.Empty, reason, id, cancellationToken);
        }
    }

    private async Task PublishAsync(string subject, ReadOnlyMemory<byte> body, NatsHeaders headers, string id, CancellationToken cancellationToken)
    {
        try
        {
            var stored = await link.JetStream.PublishAsync(subject, body, opts: new NatsJSPubOpts { MsgId = id, RetryAttempts = 1 }, headers: headers, cancellationToken: cancellationToken);
            if (stored.Error is { } error)
            {
                throw new NatsException($"The message for {subject} was not stored: {error.Description}");
            }
        }
        catch (NatsException exception) when (exception is not NatsPayloadTooLargeException)
        {
            await link.MendResultsAsync(cancellationToken);
            throw;
        }
    }

    /// <summary>What may stand in a header: of a message it may be anything.</summary>
    private static string Plain(string text)
    {
        var kept = text.Length <= LongestReason ? text : text[..LongestReason];
        return string.Concat(kept.Select(static c => char.IsControl(c) || char.IsSurrogate(c) ? ' ' : c));
    }
}
