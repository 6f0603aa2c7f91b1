using System.Text;
using Actant.Journaling;

namespace Actant.Events;

/// <summary>
/// What was published of one answer that is not stored yet. Its text is kept once, with the places where its deltas begin: an object
/// for each delta would live as long as the answer, and be looked at and moved by one garbage collection after the other.
/// </summary>
/// <param name="about">The answer, and the attempt; without text.</param>
/// <param name="run">The place where this attempt began to be published.</param>
/// <param name="earliest">The place of the first delta of any attempt that anybody may have been sent; the beginning if nobody knows.</param>
internal sealed class UnfinishedAnswer(AnswerDelta about, EventId run, EventId earliest)
{
    private readonly StringBuilder _text = new();
    private readonly List<(EventId Id, int Offset)> _deltas = [];
    private AnswerDelta _about = about;

    /// <summary>The id that the finished message will have.</summary>
    public string MessageId => _about.MessageId;

    /// <summary>Whether deltas were published since the answer last started.</summary>
    public bool HasDeltas => _deltas.Count > 0;

    /// <summary>The place where the present attempt began to be published.</summary>
    public EventId Run { get; private set; } = run;

    /// <summary>The place of the first delta of any attempt that anybody may have been sent.</summary>
    public EventId Earliest { get; } = earliest;

    /// <summary>A delta was published.</summary>
    /// <returns>Whether it goes on where the one before ended; if not, it is not kept.</returns>
    public bool TryAdd(EventId id, AnswerDelta next)
    {
        if (next.Offset != _text.Length)
        {
            return false;
        }

        if (_deltas.Count == 0)
        {
            _about = next with { Offset = 0, Text = "" };
        }

        _deltas.Add((id, next.Offset));
        _text.Append(next.Text);
        return true;
    }

    /// <summary>All deltas became void.</summary>
    public void Restart(EventId id, AnswerDelta next)
    {
        (Run, _about) = (id, next);
        _deltas.Clear();
        _text.Clear();
    }

    /// <summary>Whether an entry settles the answer: it is stored, or nobody will give it.</summary>
    public bool IsSettledBy(Entry entry) => _about.IsSettledBy(entry);

    /// <summary>What a reader who joins must know.</summary>
    public PublishedAnswer ToPublished() => new(_about, Run, Earliest, _text.ToString(), [.. _deltas]);
}
