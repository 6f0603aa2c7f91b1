using System.Text;
using Actant.Journaling;

namespace Actant.Events;

/// <summary>
/// What was told of one answer that is not stored yet. Its text is kept once, with the places where its pieces begin: an object
/// for each piece would live as long as the answer, and be looked at and moved by one garbage collection after the other.
/// </summary>
/// <param name="about">The answer, and the attempt; without text.</param>
/// <param name="run">The place where this attempt began to be told.</param>
/// <param name="earliest">The place of the first piece of any attempt that anybody may have been told; the beginning if nobody knows.</param>
internal sealed class UnfinishedAnswer(AnswerPiece about, EventId run, EventId earliest)
{
    private readonly StringBuilder _text = new();
    private readonly List<(EventId Id, int Offset)> _pieces = [];
    private AnswerPiece _about = about;

    /// <summary>The id that the finished message will have.</summary>
    public string MessageId => _about.MessageId;

    /// <summary>Whether pieces were told since the answer last started.</summary>
    public bool HasPieces => _pieces.Count > 0;

    /// <summary>The place where the present attempt began to be told.</summary>
    public EventId Run { get; private set; } = run;

    /// <summary>The place of the first piece of any attempt that anybody may have been told.</summary>
    public EventId Earliest { get; } = earliest;

    /// <summary>A piece was told.</summary>
    /// <returns>Whether it goes on where the one before ended; if not, it is not kept.</returns>
    public bool TryAdd(EventId id, AnswerPiece next)
    {
        if (next.Offset != _text.Length)
        {
            return false;
        }

        if (_pieces.Count == 0)
        {
            _about = next with { Offset = 0, Text = "" };
        }

        _pieces.Add((id, next.Offset));
        _text.Append(next.Text);
        return true;
    }

    /// <summary>All pieces became void.</summary>
    public void Restart(EventId id, AnswerPiece next)
    {
        (Run, _about) = (id, next);
        _pieces.Clear();
        _text.Clear();
    }

    /// <summary>Whether an entry settles the answer: it is stored, or nobody will give it.</summary>
    public bool IsEndedBy(Entry entry) => _about.IsEndedBy(entry);

    /// <summary>What a reader who joins must know.</summary>
    public AnswerSoFar SoFar() => new(_about, Run, Earliest, _text.ToString(), [.. _pieces]);
}
