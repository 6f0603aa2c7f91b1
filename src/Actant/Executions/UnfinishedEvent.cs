using Actant.Journaling;

namespace Actant.Executions;

/// <summary>Something told of an answer that is not stored yet, kept for readers who join or come back.</summary>
/// <param name="Event">A piece, or that the pieces before are void.</param>
/// <param name="Piece">Which answer.</param>
/// <param name="Shown">
/// Of an answer that was given up: from which place to which one a reader may hold pieces of it, and must hear that they are void.
/// Who has only passed that place hears it too, and can ignore it.
/// </param>
internal sealed record UnfinishedEvent(StreamEvent Event, AnswerPiece Piece, IReadOnlyList<(EventId From, EventId To)> Shown)
{
    /// <summary>Whether a reader who has seen everything up to a place must be told.</summary>
    public bool IsNewTo(EventId after) =>
        Event.Id > after && (Event is StreamEvent.Delta || Shown.Any(shown => shown.From <= after && after < shown.To));

    /// <summary>Whether an entry settles the answer: it is stored, or nobody will give it.</summary>
    public bool IsEndedBy(Entry entry) => entry.Payload switch
    {
        Taken => true,
        ModelAnswered answered => answered.Message.Id == Piece.MessageId,
        NodeFinished => (entry.Path == Piece.Path && entry.Activation == Piece.Activation) || IsIn(ScopePath.OfNode(entry.Path, entry.Activation!)),
        ToolFinished finished => IsIn(ScopePath.OfCall(entry.Path, entry.Activation!, finished.CallId)),
        ExecutionCompleted or ExecutionFailed or ExecutionCancelled or ExecutionTimedOut => entry.Execution == Piece.Execution,
        _ => false,
    };

    private bool IsIn(string scope) => ScopePath.IsAtOrBelow(Piece.Path, scope);
}
