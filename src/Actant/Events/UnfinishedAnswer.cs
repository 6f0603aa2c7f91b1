using System.Text;
using Actant.Journaling;

namespace Actant.Events;

/// <summary>
/// What was told of one answer that is not stored yet. Its text is kept once, with the places where its pieces begin: an object
/// for each piece would live as long as the answer, and be looked at and moved by one garbage collection after the other.
/// </summary>
internal sealed class UnfinishedAnswer(AnswerPiece piece)
{
    private readonly StringBuilder _text = new();
    private readonly List<(EventId Id, int Attempt, int Offset, int Length)> _pieces = [];
    private readonly List<(EventId From, EventId To)> _shown = [];
    private StreamEvent.AnswerRestarted? _restarted;

    /// <summary>An answer that was given up before, as its owner elsewhere tells it.</summary>
    public UnfinishedAnswer(AnswerPiece piece, StreamEvent.AnswerRestarted restarted, IReadOnlyList<(EventId From, EventId To)> shown)
        : this(piece)
    {
        _restarted = restarted;
        _shown.AddRange(shown);
    }

    /// <summary>The id that the finished message will have.</summary>
    public string MessageId => piece.MessageId;

    /// <summary>Whether pieces were told since the answer last started.</summary>
    public bool HasPieces => _pieces.Count > 0;

    /// <summary>A piece was told.</summary>
    public void Add(EventId id, AnswerPiece next)
    {
        _text.Append(next.Text);
        _pieces.Add((id, next.Attempt, next.Offset, next.Text.Length));
    }

    /// <summary>All pieces became void.</summary>
    public void Restart(StreamEvent.AnswerRestarted restarted)
    {
        _shown.Add((_pieces[0].Id, restarted.Id));
        _restarted = restarted;
        _pieces.Clear();
        _text.Clear();
    }

    /// <summary>Whether an entry settles the answer: it is stored, or nobody will give it.</summary>
    public bool IsEndedBy(Entry entry) => entry.Payload switch
    {
        Taken => true,
        ModelAnswered answered => answered.Message.Id == piece.MessageId,
        NodeFinished => (entry.Path == piece.Path && entry.Activation == piece.Activation) || IsIn(ScopePath.OfNode(entry.Path, entry.Activation!)),
        ToolFinished finished => IsIn(ScopePath.OfCall(entry.Path, entry.Activation!, finished.CallId)),
        ExecutionCompleted or ExecutionFailed or ExecutionCancelled or ExecutionTimedOut => entry.Execution == piece.Execution,
        _ => false,
    };

    /// <summary>What a reader who joins must be told, in order.</summary>
    public IEnumerable<UnfinishedEvent> Events()
    {
        if (_restarted is { } restarted)
        {
            yield return new UnfinishedEvent(restarted, [.. _shown]);
        }

        var (text, start) = (_text.ToString(), 0);
        foreach (var (id, attempt, offset, length) in _pieces)
        {
            yield return new UnfinishedEvent(new StreamEvent.Delta(id, piece with { Attempt = attempt, Offset = offset, Text = text.Substring(start, length) }), []);
            start += length;
        }
    }

    private bool IsIn(string scope) => ScopePath.IsAtOrBelow(piece.Path, scope);
}
