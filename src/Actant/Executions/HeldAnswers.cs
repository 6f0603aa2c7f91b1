using Actant.Events;
using Actant.Journaling;

namespace Actant.Executions;

/// <summary>
/// What one reader holds of answers that are not stored yet. Whatever the way by which deltas come, it is sent each answer from
/// its start and without a gap, and that it begins again before it does.
/// </summary>
/// <remarks>
/// The place of a delta is given out without a mark only to a reader that was sent every delta before it that anybody may have heard;
/// so one that comes back with such a place goes on exactly there, on any node that knows as much. Any other place says nothing of what
/// was heard beside the journal: one that comes back with it is sent unfinished answers from their start.
/// </remarks>
/// <param name="cameWith">The place that the reader came back with; <c>null</c> if it has seen nothing.</param>
internal sealed class HeldAnswers(EventId? cameWith)
{
    private readonly Dictionary<string, Held> _held = new(StringComparer.Ordinal);
    private readonly HashSet<(string Path, string? Activation)> _answered = [];

    /// <summary>What was published of unfinished answers up to the reader's place, and it does not hold.</summary>
    /// <param name="unfinished">What is known of them here.</param>
    /// <param name="known">Up to where it is known.</param>
    /// <param name="place">The reader's place.</param>
    public IEnumerable<StreamEvent> Join(IEnumerable<PublishedAnswer> unfinished, EventId known, EventId place)
    {
        foreach (var answer in unfinished)
        {
            // A node may know less than the one that gave the reader its place.
            var held = Known(answer.About, answer.Run, answer.Earliest, came => answer.Run <= came && came <= known ? answer.Text[..answer.LengthAt(came)] : null);
            if (held.Run < answer.Run && !answer.HasRestartBehind(place) && held.Void(answer.About, answer.Run, place.Partial) is { } restarted)
            {
                yield return restarted;
            }

            var published = answer.LengthAt(place);
            if (held.Run == answer.Run && published > held.Length)
            {
                yield return held.Add(answer.Delta(place.Partial, held.Length, published));
            }
        }
    }

    /// <summary>What the reader is sent of an event behind its place, or of one of an unfinished answer that came late.</summary>
    /// <param name="item">The event.</param>
    /// <param name="place">The reader's place.</param>
    /// <param name="isBehind">Whether the reader does not hold what comes before it: it joins again, and hears that first.</param>
    public IReadOnlyList<StreamEvent> Fit(StreamEvent item, EventId place, out bool isBehind)
    {
        isBehind = false;
        var id = item.Id > place ? item.Id : place.Partial;
        switch (item)
        {
            case StreamEvent.Stored stored:
                return Fit(stored, place);
            case StreamEvent.AnswerRestarted restarted:
                return Known(restarted.Delta, default, restarted.Earliest, static _ => null) is var held && held.Run < restarted.Id
                    && held.Void(restarted.Delta, restarted.Id, id) is { } voided ? [voided] : [];
            case StreamEvent.DeltaPublished { Delta: var delta } published:
                var known = Known(delta, published.Run, published.Run, static _ => null);
                isBehind = known.Run < published.Run || (known.Run == published.Run && delta.Offset > known.Length);
                return known.Run == published.Run && delta.Offset == known.Length ? [known.Add(published with { Id = id })] : [];
            default:
                return [item];
        }
    }

    /// <summary>
    /// Whether the reader may have brought deltas of an answer that is stored now, for all that is known here: its place says what was
    /// stored, not what was shown.
    /// </summary>
    public bool MayBring(Entry answered) =>
        cameWith is not null && answered.Payload is ModelAnswered { Message.Id: { } message }
        && !_held.ContainsKey(message) && !_answered.Contains((answered.Path, answered.Activation));

    /// <summary>That what the reader may have brought of an answer is void.</summary>
    public static StreamEvent.AnswerRestarted VoidBefore(Entry answered, EventId place) => new(place.Partial, new AnswerDelta
    {
        Execution = answered.Execution!.Value,
        Path = answered.Path,
        Activation = answered.Activation!,
        MessageId = ((ModelAnswered)answered.Payload).Message.Id!,
        Attempt = answered.Attempt,
        Epoch = answered.Epoch,
    });

    private List<StreamEvent> Fit(StreamEvent.Stored stored, EventId place)
    {
        var (entry, fitting) = (stored.Entry, new List<StreamEvent> { stored });
        switch (entry.Payload)
        {
            case Taken:
                // The next owner begins anew what the former one had not stored.
                fitting.AddRange(_held.Values.Where(held => held.About.Epoch < entry.Epoch).Select(held => held.Void(held.About, default, stored.Id)).OfType<StreamEvent>());
                break;
            case ModelAnswered { Message: { Id: { } id } message }:
                if (_held.Remove(id, out var shown) && !shown.Begins(message.Text) && shown.Void(shown.About, default, place.Partial) is { } restarted)
                {
                    fitting.Insert(0, restarted);
                }

                if (cameWith is not null)
                {
                    _answered.Add((entry.Path, entry.Activation));
                }

                break;
            case NodeFinished or ToolFinished:
                foreach (var ended in _held.Where(pair => pair.Value.About.IsSettledBy(entry)).ToList())
                {
                    _held.Remove(ended.Key);
                }

                if (entry.Payload is NodeFinished)
                {
                    _answered.Remove((entry.Path, entry.Activation));
                }

                break;
        }

        return fitting;
    }

    /// <summary>What is held of an answer; when it is heard of for the first time, what the reader may have brought.</summary>
    private Held Known(AnswerDelta about, EventId run, EventId earliest, Func<EventId, string?> publishedAt)
    {
        if (_held.TryGetValue(about.MessageId, out var held))
        {
            return held;
        }

        held = new Held(about with { Offset = 0, Text = "" }, run);
        if (cameWith is { } came && earliest <= came && !_answered.Contains((about.Path, about.Activation)))
        {
            if (came.KnowsDeltas && publishedAt(came) is { } text)
            {
                held.Bring(text);
            }
            else
            {
                held = Held.Unknown(about with { Offset = 0, Text = "" });
            }
        }

        _held.Add(about.MessageId, held);
        return held;
    }

    /// <summary>What is held of one answer: not its text, but enough to tell whether another one begins with it.</summary>
    private sealed class Held(AnswerDelta about, EventId run)
    {
        private ulong _hash = Start;
        private bool _isUnknown;

        private const ulong Start = 14695981039346656037;

        public AnswerDelta About { get; private set; } = about;

        /// <summary>The place where the attempt began to be published of which deltas are held.</summary>
        public EventId Run { get; private set; } = run;

        public int Length { get; private set; }

        /// <summary>Something is held that is void whatever it is.</summary>
        public static Held Unknown(AnswerDelta about) => new(about, default) { _isUnknown = true };

        public void Bring(string text) => (Length, _hash) = (Length + text.Length, Hash(_hash, text));

        public StreamEvent.DeltaPublished Add(StreamEvent.DeltaPublished published)
        {
            Bring(published.Delta.Text);
            if (About.Attempt != published.Delta.Attempt)
            {
                About = published.Delta with { Offset = 0, Text = "" };
            }

            return published;
        }

        /// <summary>What is held is void from now on.</summary>
        /// <returns>The news, unless nothing is held.</returns>
        public StreamEvent.AnswerRestarted? Void(AnswerDelta next, EventId run, EventId place)
        {
            var holds = Length > 0 || _isUnknown;
            (About, Run, Length, _hash, _isUnknown) = (next, run, 0, Start, false);
            return holds ? new StreamEvent.AnswerRestarted(place, next) : null;
        }

        public bool Begins(string text) => !_isUnknown && text.Length >= Length && Hash(Start, text.AsSpan(0, Length)) == _hash;

        private static ulong Hash(ulong hash, ReadOnlySpan<char> text)
        {
            foreach (var unit in text)
            {
                hash = unchecked((hash ^ unit) * 1099511628211);
            }

            return hash;
        }
    }
}
