using Actant.Events;

namespace Actant.Peers;

/// <summary>What the owner of a thread sends a node that has readers of it. Entries are not sent: everybody reads them from the journal.</summary>
public abstract record PeerMessage
{
    private PeerMessage()
    {
    }

    /// <summary>Where the owner stands: the first message.</summary>
    /// <param name="Epoch">The epoch of its lease.</param>
    /// <param name="Position">The last stored entry.</param>
    /// <param name="Unfinished">How many of the messages behind it say what was published of unfinished answers before.</param>
    public sealed record Begun(long Epoch, long Position, int Unfinished) : PeerMessage;

    /// <summary>Entries were stored, up to a position.</summary>
    /// <param name="Position">The last one.</param>
    public sealed record Stored(long Position) : PeerMessage;

    /// <summary>A delta of an answer, published now or, behind <see cref="Begun"/>, before.</summary>
    /// <param name="Id">Its place.</param>
    /// <param name="Delta">The delta.</param>
    public sealed record DeltaPublished(EventId Id, AnswerDelta Delta) : PeerMessage;

    /// <summary>An unfinished answer starts anew.</summary>
    /// <param name="Id">Its place.</param>
    /// <param name="Delta">Which answer, and which attempt begins; without text.</param>
    /// <param name="Earliest">The place of the first delta of it that a reader may hold; the beginning if nobody knows.</param>
    public sealed record Restarted(EventId Id, AnswerDelta Delta, EventId Earliest) : PeerMessage;
}
