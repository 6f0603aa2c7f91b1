using Actant.Journaling;

namespace Actant.Events;

/// <summary>Something that happened, as readers of a stream see it: an entry, or something on the way to one.</summary>
/// <param name="Id">Its place.</param>
public abstract record StreamEvent(EventId Id)
{
    /// <summary>An entry was stored.</summary>
    /// <param name="Entry">The entry.</param>
    public sealed record Stored(Entry Entry) : StreamEvent(new EventId(Entry.Position, 0));

    /// <summary>A delta of an answer that is not finished was published. Not stored: the finished answer comes as an entry.</summary>
    /// <param name="Id">Its place.</param>
    /// <param name="Delta">The delta.</param>
    public sealed record DeltaPublished(EventId Id, AnswerDelta Delta) : StreamEvent(Id)
    {
        /// <summary>The place where this attempt of the answer began to be published.</summary>
        internal EventId Run { get; init; }
    }

    /// <summary>An unfinished answer was given up and starts anew: what was shown of it is void.</summary>
    /// <param name="Id">Its place.</param>
    /// <param name="Delta">Which answer, and which attempt begins; without text.</param>
    public sealed record AnswerRestarted(EventId Id, AnswerDelta Delta) : StreamEvent(Id)
    {
        /// <summary>
        /// The place of the first delta that anybody may have been sent: who read nothing behind it holds nothing that could be void. The
        /// beginning if a former owner may have published some of it, to whom and where nobody knows.
        /// </summary>
        internal EventId Earliest { get; init; }
    }
}
