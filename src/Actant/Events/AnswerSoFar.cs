namespace Actant.Events;

/// <summary>What was told of an answer that is not stored yet, at the moment when a reader joins.</summary>
/// <param name="About">The answer, and the attempt; without text.</param>
/// <param name="Run">The place where this attempt began to be told.</param>
/// <param name="Earliest">The place of the first piece of any attempt that anybody may have been told.</param>
/// <param name="Text">All that was told of this attempt.</param>
/// <param name="Pieces">The place of each piece, and where it begins in the text.</param>
internal sealed record AnswerSoFar(AnswerPiece About, EventId Run, EventId Earliest, string Text, IReadOnlyList<(EventId Id, int Offset)> Pieces)
{
    /// <summary>How much of the text had been told at a place.</summary>
    public int LengthAt(EventId place)
    {
        for (var index = 0; index < Pieces.Count; index++)
        {
            if (Pieces[index].Id > place)
            {
                return Pieces[index].Offset;
            }
        }

        return Text.Length;
    }

    /// <summary>Whether that this attempt begins has a place of its own, and that is behind another: then it is told there.</summary>
    public bool TellsRestartBehind(EventId place) => Run > place && (Pieces.Count == 0 || Pieces[0].Id > Run);

    /// <summary>Its events behind a place, as they were told.</summary>
    public IEnumerable<StreamEvent> After(EventId place)
    {
        if (TellsRestartBehind(place))
        {
            yield return new StreamEvent.AnswerRestarted(Run, About) { Earliest = Earliest };
        }

        for (var index = 0; index < Pieces.Count; index++)
        {
            var (id, offset) = Pieces[index];
            if (id > place)
            {
                yield return Piece(id, offset, index + 1 < Pieces.Count ? Pieces[index + 1].Offset : Text.Length);
            }
        }
    }

    /// <summary>A part of its text, told at a place.</summary>
    public StreamEvent.Delta Piece(EventId id, int from, int to) => new(id, About with { Offset = from, Text = Text[from..to] }) { Run = Run };
}
