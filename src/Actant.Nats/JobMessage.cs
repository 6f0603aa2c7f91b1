using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Actant.CloudEvents;
using Microsoft.Extensions.Primitives;
using NATS.Client.Core;
using NATS.Client.JetStream;

namespace Actant.Nats;

/// <summary>A message of the stream of jobs, and what tells it from every other one.</summary>
internal sealed class JobMessage
{
    /// <summary>The header in which a sender names its message.</summary>
    public const string MessageId = "Nats-Msg-Id";

    private const string ServersOwn = "Nats-";
    private const string Trace = "traceparent";
    private const string ContentType = "Content-Type";

    private readonly INatsJSMsg<NatsMemoryOwner<byte>> _message;
    private readonly NatsJSMsgMetadata _metadata;

    public JobMessage(INatsJSMsg<NatsMemoryOwner<byte>> message, NatsJSMsgMetadata metadata) => (_message, _metadata) = (message, metadata);

    /// <summary>Whether a header is one that servers act upon: they would do so in any other stream too.</summary>
    public static bool IsServersOwn(string header) => header.StartsWith(ServersOwn, StringComparison.OrdinalIgnoreCase);

    /// <summary>Its number in the stream.</summary>
    public ulong Sequence => _metadata.Sequence.Stream;

    /// <summary>Whether it was given to somebody before.</summary>
    public bool IsRedelivered => _metadata.NumDelivered > 1;

    /// <summary>When it was sent.</summary>
    public DateTimeOffset At => _metadata.Timestamp;

    public string Subject => _message.Subject;

    public string Stream => _metadata.Stream;

    public ReadOnlyMemory<byte> Body => _message.Data.Memory;

    public IEnumerable<KeyValuePair<string, StringValues>> Headers => _message.Headers ?? [];

    /// <summary>The sender's own id of it.</summary>
    public string? SenderId => Header(MessageId);

    /// <summary>What tells it from every message there ever was: a stream that is made anew counts from 1 again.</summary>
    public string Identity => string.Create(CultureInfo.InvariantCulture, $"{_metadata.Stream} {Sequence}@{_metadata.Timestamp.UtcTicks}");

    /// <summary>An id that is the same for everybody who makes one of it.</summary>
    public Guid Id => new(SHA256.HashData(Encoding.UTF8.GetBytes(Identity)).AsSpan(0, 16));

    /// <summary>The job in it, under a key of its own.</summary>
    public JobReading Read()
    {
        var message = new EventMessage(Header(ContentType), EventHeaders(), Body);
        var reading = JobReader.ReadOne(message, Header(Trace));
        return reading with { Job = reading.Job.IsDone ? reading.Job.Map(job => job with { Command = job.Command with { IdempotencyKey = KeyOf(job.Command.IdempotencyKey) } }) : reading.Job };
    }

    /// <summary>Its bytes are not needed any more.</summary>
    public void Forget() => _message.Data.Dispose();

    public ValueTask AckAsync(CancellationToken cancellationToken) => _message.AckAsync(cancellationToken: cancellationToken);

    public ValueTask ProgressAsync(CancellationToken cancellationToken) => _message.AckProgressAsync(cancellationToken: cancellationToken);

    public ValueTask NakAsync(TimeSpan delay, CancellationToken cancellationToken) => _message.NakAsync(new AckOpts { NakDelay = delay }, cancellationToken);

    public ValueTask TerminateAsync(CancellationToken cancellationToken) => _message.AckTerminateAsync(cancellationToken: cancellationToken);

    /// <summary>
    /// Of its own kind, so that what came by another way is another job, and has its own result. Names of streams have no blanks and no slashes: the
    /// three cannot be mistaken for one another.
    /// </summary>
    private string KeyOf(string? ofEvent) => JobKey.Of(
        JobKey.NatsSpace,
        SenderId is { Length: > 0 } id ? $"{_metadata.Stream} {id}" : ofEvent is not null ? $"{_metadata.Stream}/event {ofEvent}" : $"{_metadata.Stream}/message {Identity}");

    private string? Header(string name) =>
        Headers.Where(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(static header => header.Value.ToString()).FirstOrDefault();

    private List<KeyValuePair<string, string>> EventHeaders() =>
    [
        .. from header in Headers
           where header.Key.StartsWith(EventMessage.HeaderPrefix, StringComparison.OrdinalIgnoreCase)
           from value in header.Value
           select KeyValuePair.Create(header.Key, value ?? ""),
    ];
}
