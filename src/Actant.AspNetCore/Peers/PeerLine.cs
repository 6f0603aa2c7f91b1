using System.Text.Json.Serialization;
using Actant.Events;
using Actant.Peers;

namespace Actant.AspNetCore.Peers;

/// <summary>A message between nodes, as one line of JSON.</summary>
internal sealed record PeerLine
{
    [JsonPropertyName("k")]
    public required string Kind { get; init; }

    [JsonPropertyName("p")]
    public long Position { get; init; }

    [JsonPropertyName("n")]
    public int Number { get; init; }

    [JsonPropertyName("e")]
    public long Epoch { get; init; }

    /// <summary>How many messages about unfinished answers follow; a former release did not say.</summary>
    [JsonPropertyName("u")]
    public int Unfinished { get; init; }

    [JsonPropertyName("piece")]
    public PeerDelta? Delta { get; init; }

    /// <summary>Position and number of the first delta that a reader may hold; absent if nobody knows.</summary>
    [JsonPropertyName("earliest")]
    public IReadOnlyList<long>? Earliest { get; init; }

    public static PeerLine Of(PeerMessage message) => message switch
    {
        PeerMessage.Begun begun => new PeerLine { Kind = "begun", Epoch = begun.Epoch, Position = begun.Position, Unfinished = begun.Unfinished },
        PeerMessage.Stored stored => new PeerLine { Kind = "stored", Position = stored.Position },
        PeerMessage.DeltaPublished published => new PeerLine { Kind = "told", Position = published.Id.Position, Number = published.Id.Number, Delta = PeerDelta.Of(published.Delta) },
        PeerMessage.Restarted restarted => new PeerLine
        {
            Kind = "restarted",
            Position = restarted.Id.Position,
            Number = restarted.Id.Number,
            Delta = PeerDelta.Of(restarted.Delta),
            Earliest = restarted.Earliest == default ? null : [restarted.Earliest.Position, restarted.Earliest.Number],
        },
        _ => throw new InvalidOperationException($"Messages of type {message.GetType()} are not sent."),
    };

    /// <summary>The message; <c>null</c> for one of a newer release.</summary>
    public PeerMessage? ToMessage() => Kind switch
    {
        "begun" => new PeerMessage.Begun(Epoch, Position, Unfinished),
        "stored" => new PeerMessage.Stored(Position),
        "told" when Delta is not null => new PeerMessage.DeltaPublished(new EventId(Position, Number), Delta.ToDelta()),
        "restarted" when Delta is not null => new PeerMessage.Restarted(
            new EventId(Position, Number), Delta.ToDelta(), Earliest is [var position, var number] ? new EventId(position, (int)number) : default),
        _ => null,
    };
}
