namespace Actant.Events;

/// <summary>What was published of an answer that is not stored yet, at the moment when a reader joins.</summary>
/// <param name="About">The answer, and the attempt; without text.</param>
/// <param name="Run">The place where this attempt began to be published.</param>
/// <param name="Earliest">The place of the first delta of any attempt that anybody may have been sent.</param>
/// <param name="Text">All that was published of this attempt.</param>
/// <param name="Deltas">The place of each delta, and where it begins in the text.</param>
internal sealed record PublishedAnswer(AnswerDelta About, EventId Run, EventId Earliest, string Text, IReadOnlyList<(EventId Id, int Offset)> Deltas)
{
    /// <summary>How much of the text had been published at a place.</summary>
    public int LengthAt(EventId place)
    {
        for (var index = 0; index < Deltas.Count; index++)
        {
            if (Deltas[index].Id > place)
            {
                return Deltas[index].Offset;
            }
        }

        return Text.Length;
    }

    /// <summary>Whether that this attempt begins has a place of its own, and that is behind another: then it is published there.</summary>
    public bool HasRestartBehind(EventId place) => Run > place && (Deltas.Count == 0 || Deltas[0].Id > Run);

    /// <summary>Its events behind a place, as they were published.</summary>
    public IEnumerable<StreamEvent> After(EventId place)
    {
        if (HasRestartBehind(place))
        {
            yield return new StreamEvent.AnswerRestarted(Run, About) { Earliest = Earliest };
        }

        for (var index = 0; index < Deltas.Count; index++)
        {
            var (id, offset) = Deltas[index];
            if (id > place)
            {
                yield return Delta(id, offset, index + 1 < Deltas.Count ? Deltas[index + 1].Offset : Text.Length);
            }
        }
    }

    /// <summary>A part of its text, published at a place.</summary>
    public StreamEvent.DeltaPublished Delta(EventId id, int from, int to) => new(id, About with { Offset = from, Text = Text[from..to] }) { Run = Run };
}
