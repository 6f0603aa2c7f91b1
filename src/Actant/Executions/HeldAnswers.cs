using System.Text;
using Actant.Events;
using Actant.Journaling;

namespace Actant.Executions;

/// <summary>
/// What one reader holds of answers that are not stored yet. Whatever the way by which pieces come, it is told each answer from
/// its start and without a gap, and that it begins again before it does.
/// </summary>
/// <param name="cameAt">The place that the reader came back with, having seen everything up to it; <c>null</c> if it has seen nothing.</param>
internal sealed class HeldAnswers(EventId? cameAt)
{
    private readonly Dictionary<string, (EventId Last, int Length)> _held = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, AnswerPiece> _shown = new(StringComparer.Ordinal);
    private readonly Dictionary<string, StringBuilder> _missing = new(StringComparer.Ordinal);
    private readonly HashSet<string> _void = new(StringComparer.Ordinal);
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    /// <summary>
    /// The owner told what it said of unfinished answers so far. What lies behind the reader's place and was not told to it, because
    /// its owner was not known here then, is kept for the next piece of the answer.
    /// </summary>
    public void Join(IReadOnlyList<UnfinishedEvent> unfinished, EventId place)
    {
        _missing.Clear();
        foreach (var told in unfinished)
        {
            if (told.Event.Id > place)
            {
                continue;
            }

            switch (told.Event)
            {
                case StreamEvent.Delta { Piece: var piece } delta:
                    Miss(delta.Id, piece);
                    break;
                case StreamEvent.AnswerRestarted { Piece.MessageId: var message } restarted:
                    _missing.Remove(message);
                    if (_held.TryGetValue(message, out var held) ? held.Length > 0 && held.Last < restarted.Id : IsBrought(told))
                    {
                        _void.Add(message);
                    }

                    break;
            }
        }
    }

    /// <summary>
    /// Somebody took the thread: what the reader holds is void. Told before that, in places that no owner gives out, so that it is
    /// told whether or not the new owner can be heard.
    /// </summary>
    public IReadOnlyList<StreamEvent.AnswerRestarted> Void(long taken)
    {
        _missing.Clear();
        if (_shown.Count == 0)
        {
            return [];
        }

        var number = int.MaxValue - _shown.Count;
        List<StreamEvent.AnswerRestarted> told = [.. _shown.Values.Select(piece => new StreamEvent.AnswerRestarted(new EventId(taken - 1, number++), piece))];
        told.ForEach(restarted => Restart(restarted));
        return told;
    }

    /// <summary>
    /// Whether the reader may have brought pieces of an answer of which it was told nothing since. A place does not say what was seen
    /// before it, except where it is the place of this very news.
    /// </summary>
    public bool MayBring(Entry answered, string message) => cameAt < VoidPlace(answered) && !_held.ContainsKey(message);

    /// <summary>That what a reader may have brought of an answer is void, told before the answer that is stored.</summary>
    public static StreamEvent.AnswerRestarted VoidBefore(Entry answered, string message) => new(
        VoidPlace(answered),
        new AnswerPiece
        {
            Execution = answered.Execution!.Value,
            Path = answered.Path,
            Activation = answered.Activation!,
            MessageId = message,
            Attempt = answered.Attempt,
            Epoch = answered.Epoch,
        });

    private static EventId VoidPlace(Entry answered) => new(answered.Position - 1, int.MaxValue);

    /// <summary>Whether the reader may have brought pieces that became void then: of a take-over, it may not have heard even where it passed it.</summary>
    private bool IsBrought(UnfinishedEvent restarted) =>
        cameAt is { } came && (restarted.IsNewTo(came) || restarted.Shown.Any(static shown => shown.From == default));

    /// <summary>What the reader is told of an event; <c>null</c> if nothing.</summary>
    /// <param name="told">The event.</param>
    /// <param name="asksAgain">Whether the beginning of an answer is not known here: the owner is asked for it once.</param>
    public StreamEvent? Fit(UnfinishedEvent told, out bool asksAgain)
    {
        asksAgain = false;
        switch (told.Event)
        {
            case StreamEvent.Stored { Entry.Payload: ModelAnswered { Message.Id: { } answered } }:
                Forget(answered);
                return told.Event;
            case StreamEvent.AnswerRestarted restarted:
                return MayHold(restarted.Piece.MessageId, told) ? Restart(restarted) : null;
            case StreamEvent.Delta delta:
                return Fit(delta, out asksAgain);
            default:
                return told.Event;
        }
    }

    private StreamEvent? Fit(StreamEvent.Delta delta, out bool asksAgain)
    {
        asksAgain = false;
        var (piece, message) = (delta.Piece, delta.Piece.MessageId);
        var held = _held.GetValueOrDefault(message);
        if (_void.Contains(message) || (held.Length > 0 && piece.Offset == 0))
        {
            // It began again unheard. This place says so, and the next one brings the text.
            var missing = _missing.GetValueOrDefault(message);
            var restarted = Restart(new StreamEvent.AnswerRestarted(delta.Id, piece with { Offset = 0, Text = "" }));
            if ((missing?.Length ?? 0) == piece.Offset)
            {
                _missing[message] = (missing ?? new StringBuilder()).Append(piece.Text);
            }

            return restarted;
        }

        if (_missing.Remove(message, out var before) && held.Length + before.Length == piece.Offset)
        {
            piece = piece with { Offset = held.Length, Text = before.Append(piece.Text).ToString() };
        }

        if (piece.Offset != held.Length)
        {
            // Rather nothing until it is stored than a text without its beginning.
            asksAgain = _asked.Add(message);
            return null;
        }

        Hold(delta.Id, piece);
        return ReferenceEquals(piece, delta.Piece) ? delta : delta with { Piece = piece };
    }

    private void Miss(EventId id, AnswerPiece piece)
    {
        var message = piece.MessageId;
        var held = _held.GetValueOrDefault(message);
        if (!_void.Contains(message))
        {
            if (piece.Offset + piece.Text.Length <= held.Length)
            {
                return;
            }

            if (id <= cameAt && held.Last <= cameAt)
            {
                Hold(id, piece);
                return;
            }
        }

        var length = _void.Contains(message) ? 0 : held.Length;
        var missing = _missing.GetValueOrDefault(message);
        if (length + (missing?.Length ?? 0) == piece.Offset)
        {
            _missing[message] = (missing ?? new StringBuilder()).Append(piece.Text);
        }
    }

    private void Hold(EventId id, AnswerPiece piece)
    {
        _held[piece.MessageId] = (id, piece.Offset + piece.Text.Length);
        if (!_shown.ContainsKey(piece.MessageId))
        {
            _shown.Add(piece.MessageId, piece with { Offset = 0, Text = "" });
        }
    }

    private bool MayHold(string message, UnfinishedEvent restarted) =>
        _void.Contains(message) || (_held.TryGetValue(message, out var held) ? held.Length > 0 : IsBrought(restarted));

    private StreamEvent.AnswerRestarted Restart(StreamEvent.AnswerRestarted restarted)
    {
        Forget(restarted.Piece.MessageId);
        _held[restarted.Piece.MessageId] = (restarted.Id, 0);
        return restarted;
    }

    private void Forget(string message)
    {
        _held.Remove(message);
        _shown.Remove(message);
        _missing.Remove(message);
        _void.Remove(message);
        _asked.Remove(message);
    }
}
