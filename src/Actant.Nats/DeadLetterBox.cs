using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Actant.Nats;

/// <summary>The messages that were given up, for people: what they were and why, and their way back once what was wrong is mended. It needs no node that runs.</summary>
public sealed class DeadLetterBox : IAsyncDisposable
{
    private const int NotFound = 404;
    private const int Page = 100;

    private readonly NatsOptions _options;
    private readonly NatsConnection _connection;
    private readonly NatsJSContext _jetStream;

    /// <summary>Connects when it is asked for something.</summary>
    /// <param name="options">The server, and the names of the streams.</param>
    /// <param name="logs">Where to log; nowhere if absent.</param>
    public DeadLetterBox(NatsOptions options, ILoggerFactory? logs = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;

        // Somebody waits: a server that is away is told of, and not waited for.
        _connection = new NatsConnection(NatsConnecting.Of(options, logs ?? NullLoggerFactory.Instance) with { RetryOnInitialConnect = false, IgnoreAuthErrorAbort = false });
        _jetStream = new NatsJSContext(_connection);
    }

    /// <summary>All of them, the oldest first, without their bodies.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="NatsException">The server does not answer, or refuses.</exception>
    public async IAsyncEnumerable<DeadLetter> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var next = 1UL;
        for (var isMore = true; isMore;)
        {
            isMore = false;
            foreach (var message in await ReadAsync(next, Page, cancellationToken))
            {
                var metadata = message.Metadata!.Value;
                (next, isMore) = (metadata.Sequence.Stream + 1, true);
                if (Header(message, "Actant-Subject") is null)
                {
                    // The message itself, of which the letter follows.
                    continue;
                }

                yield return new DeadLetter
                {
                    Sequence = metadata.Sequence.Stream,
                    At = metadata.Timestamp,
                    Code = Header(message, "Actant-Reason-Code"),
                    Reason = Header(message, "Actant-Reason"),
                    Subject = Header(message, "Actant-Subject"),
                    Size = int.TryParse(Header(message, DeadLetters.SizeHeader), CultureInfo.InvariantCulture, out var size) ? size : message.Data?.Length ?? 0,
                };
            }
        }
    }

    /// <summary>
    /// Sends one again as the job that it was, to the stream of jobs and to no other, and takes it out of the dead letters. It keeps the id that its sender
    /// gave it, and has one of its own where it had none: however often it is sent again, it is one execution.
    /// </summary>
    /// <param name="sequence">Its number.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="NatsException">The server does not answer, or refuses.</exception>
    public async Task<ResendOutcome> ResendAsync(ulong sequence, CancellationToken cancellationToken = default)
    {
        if ((await ReadAsync(sequence, 1, cancellationToken)).FirstOrDefault() is not { } letter || letter.Metadata!.Value.Sequence.Stream != sequence)
        {
            return ResendOutcome.Missing;
        }

        var original = letter;
        if (ulong.TryParse(Header(letter, DeadLetters.OriginalHeader), CultureInfo.InvariantCulture, out var place))
        {
            original = (await ReadAsync(place, 1, cancellationToken)).FirstOrDefault(message => message.Metadata!.Value.Sequence.Stream == place);
        }

        if (original?.Data is not { Length: > 0 } body || Header(letter, "Actant-Subject") is not { } subject)
        {
            return ResendOutcome.WithoutBody;
        }

        var headers = new NatsHeaders();
        foreach (var (name, value) in (original.Headers ?? []).Where(static header => !header.Key.StartsWith(DeadLetters.Own, StringComparison.OrdinalIgnoreCase) && !JobMessage.IsServersOwn(header.Key)))
        {
            headers[name] = value;
        }

        var stored = await SendAsync(subject, body, Header(letter, "Actant-Msg-Id") ?? Header(letter, JobMessage.MessageId), headers, cancellationToken);
        if (stored.Duplicate)
        {
            return ResendOutcome.TooEarly;
        }

        stored.EnsureSuccess();
        await _jetStream.DeleteMessageAsync(_options.DeadStream, new StreamMsgDeleteRequest { Seq = sequence }, cancellationToken);
        if (original != letter)
        {
            await _jetStream.DeleteMessageAsync(_options.DeadStream, new StreamMsgDeleteRequest { Seq = place }, cancellationToken);
        }

        return ResendOutcome.Sent;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private async Task<PubAckResponse> SendAsync(string subject, byte[] body, string? id, NatsHeaders headers, CancellationToken cancellationToken)
    {
        var options = new NatsJSPubOpts { MsgId = id, ExpectedStream = _options.JobStream };
        try
        {
            return await _jetStream.PublishAsync(subject, body, opts: options, headers: new NatsHeaders(headers.ToDictionary()), cancellationToken: cancellationToken);
        }
        catch (NatsPayloadTooLargeException)
        {
            // One that had no id may have no room for one.
            return await _jetStream.PublishAsync(subject, body, opts: options with { MsgId = null }, headers: headers, cancellationToken: cancellationToken);
        }
    }

    /// <summary>Up to so many, from a number on.</summary>
    private async Task<List<INatsJSMsg<byte[]>>> ReadAsync(ulong from, int most, CancellationToken cancellationToken)
    {
        await _connection.ConnectAsync();
        var found = new List<INatsJSMsg<byte[]>>();
        try
        {
            var consumer = await _jetStream.CreateOrderedConsumerAsync(
                _options.DeadStream, new NatsJSOrderedConsumerOpts { DeliverPolicy = ConsumerConfigDeliverPolicy.ByStartSequence, OptStartSeq = from }, cancellationToken);
            await foreach (var message in consumer.FetchNoWaitAsync<byte[]>(new NatsJSFetchOpts { MaxMsgs = most }, cancellationToken: cancellationToken))
            {
                found.Add(message);
            }
        }
        catch (NatsJSApiException exception) when (exception.Error.Code == NotFound)
        {
            // Nothing was ever given up.
        }

        return found;
    }

    private static string? Header(INatsJSMsg<byte[]> message, string name) =>
        message.Headers is { } headers && headers.TryGetValue(name, out var value) ? value.ToString() : null;
}
