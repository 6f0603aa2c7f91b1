using System.Globalization;
using Actant.CloudEvents;
using Microsoft.Extensions.Primitives;
using NATS.Client.Core;

namespace Actant.Nats;

/// <summary>
/// Gives messages up: a failed result to those who wait for it, and the message itself to where a person looks. Both have ids of their own, so that a
/// process that dies in between does no harm.
/// </summary>
internal sealed class DeadLetters(NatsOptions options, NatsLink link, ResultEvents events, TimeProvider time)
{
    /// <summary>What headers of letters begin with that are not the sender's.</summary>
    public const string Own = "Actant-";

    /// <summary>The header of a letter that has the number of the message it is about, where there was no room for both in one.</summary>
    public const string OriginalHeader = "Actant-Original";

    /// <summary>The header of such a letter with the bytes of that message's body.</summary>
    public const string SizeHeader = "Actant-Size";

    private const int LongestReason = 1_000;

    /// <summary>Why a message is given up, with the first thing that is wrong with it.</summary>
    public static string ReasonOf(Refusal refusal) => refusal.Errors is not [var first, ..] errors ? refusal.Message
        : errors.Count == 1 ? $"{first.Path}: {first.Message}"
        : $"{first.Path}: {first.Message} (and {errors.Count - 1} more)";

    /// <summary>Says what became of a message, and keeps it.</summary>
    /// <param name="message">The message.</param>
    /// <param name="reading">What was in it.</param>
    /// <param name="refusal">Why.</param>
    /// <param name="isPlain">Without the sender's headers: something failed with them.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether it is kept; if not, it is too large for the stream.</returns>
    /// <exception cref="NatsException">The server did not take it.</exception>
    public async Task<bool> GiveUpAsync(JobMessage message, JobReading reading, Refusal refusal, bool isPlain, CancellationToken cancellationToken)
    {
        var id = message.Id.ToString("D");
        if (await StoreResultAsync(message, reading, refusal, id, cancellationToken) is null)
        {
            // As many faults as there may be do not fit everywhere.
            await StoreResultAsync(message, reading, new Refusal(refusal.Code, Short(ReasonOf(refusal))), id, cancellationToken);
        }

        var headers = ReasonHeaders(message, refusal);
        var whole = new NatsHeaders(headers.ToDictionary(static header => header.Key, static header => header.Value));
        AddSenders(whole, message, isPlain);
        if (await link.StoreAsync(options.DeadSubject, message.Body, whole, id, cancellationToken) is not null)
        {
            return true;
        }

        // It has as many bytes as there may be without the reason: then it is by itself, and the letter says where. It cannot have an id of its own.
        var alone = new NatsHeaders();
        AddSenders(alone, message, isPlain);
        if (await link.StoreAsync(options.DeadSubject, message.Body, alone, id: null, cancellationToken) is not { } original)
        {
            return false;
        }

        headers[OriginalHeader] = original.ToString(CultureInfo.InvariantCulture);
        headers[SizeHeader] = message.Body.Length.ToString(CultureInfo.InvariantCulture);
        return await link.StoreAsync(options.DeadSubject, ReadOnlyMemory<byte>.Empty, headers, id, cancellationToken) is not null;
    }

    private Task<ulong?> StoreResultAsync(JobMessage message, JobReading reading, Refusal refusal, string id, CancellationToken cancellationToken) => link.StoreAsync(
        $"{options.ResultSubject}.{DeliveryEvents.Failed}",
        events.WriteRefused(message.Id, reading.JobId, refusal, reading.TraceParent, time.GetUtcNow()),
        new NatsHeaders { ["Content-Type"] = ResultEvents.ContentType },
        id,
        cancellationToken);

    private static NatsHeaders ReasonHeaders(JobMessage message, Refusal refusal)
    {
        var headers = new NatsHeaders
        {
            ["Actant-Reason-Code"] = Plain(refusal.Code),
            ["Actant-Reason"] = Plain(ReasonOf(refusal)),
            ["Actant-Subject"] = message.Subject,
            ["Actant-Stream"] = message.Stream,
            ["Actant-Sequence"] = message.Sequence.ToString(CultureInfo.InvariantCulture),
        };
        if (message.SenderId is { } sender)
        {
            headers["Actant-Msg-Id"] = Plain(sender);
        }

        return headers;
    }

    private static void AddSenders(NatsHeaders headers, JobMessage message, bool isPlain)
    {
        foreach (var (name, value) in isPlain ? [] : message.Headers.Where(static header => !JobMessage.IsServersOwn(header.Key) && !header.Key.StartsWith(Own, StringComparison.OrdinalIgnoreCase)))
        {
            headers.TryAdd(name, new StringValues([.. value.Select(static text => Printable(text ?? ""))]));
        }
    }

    private static string Short(string text) => text.Length <= LongestReason ? text : text[..LongestReason];

    private static string Plain(string text) => Printable(Short(text));

    /// <summary>What may stand in a header: of a message it may be anything.</summary>
    private static string Printable(string text) => string.Concat(text.Select(static c => char.IsControl(c) || char.IsSurrogate(c) ? ' ' : c));
}
