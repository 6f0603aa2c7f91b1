namespace Actant.Events;

/// <summary>Something told of an answer that is not stored yet, for a reader who joins or comes back.</summary>
/// <param name="Event">A piece, or that the pieces before are void.</param>
/// <param name="Shown">
/// Of an answer that was given up: from which place to which one a reader may hold pieces of it, and must hear that they are void.
/// Who has only passed that place hears it too, and can ignore it.
/// </param>
internal readonly record struct UnfinishedEvent(StreamEvent Event, IReadOnlyList<(EventId From, EventId To)> Shown)
{
    /// <summary>Whether a reader who has seen everything up to a place must be told.</summary>
    public bool IsNewTo(EventId after) =>
        Event.Id > after && (Event is StreamEvent.Delta || Shown.Any(shown => shown.From <= after && after < shown.To));
}
