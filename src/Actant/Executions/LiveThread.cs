using System.Threading.Channels;
using Actant.Journaling;

namespace Actant.Executions;

/// <summary>
/// What happens on one thread while somebody owns or reads it here. Numbers what is not stored, keeps the pieces of unfinished
/// answers for those who join, and hands everything to readers without ever waiting for one.
/// </summary>
internal sealed class LiveThread(int readerBuffer)
{
    private readonly Lock _lock = new();
    private readonly List<UnfinishedAnswer> _unfinished = [];
    private readonly HashSet<Channel<StreamEvent>> _readers = [];
    private EventId _last;
    private long _epoch;
    private bool _isOwned;
    private bool _isClosed;

    /// <summary>Owners and readers; the hub's own count.</summary>
    public int References { get; set; }

    /// <summary>Whether a loop of this process owns the thread: then what is stored is told here.</summary>
    public bool IsOwned
    {
        get
        {
            lock (_lock)
            {
                return _isOwned;
            }
        }
    }

    /// <summary>Entries were stored. The owner's first is the <c>Taken</c> of its lease.</summary>
    public void Stored(IReadOnlyList<Entry> entries)
    {
        lock (_lock)
        {
            // What a former owner learns late was read from the journal before.
            foreach (var entry in entries.Where(entry => entry.Position > _last.Position))
            {
                _last = new EventId(entry.Position, 0);
                if (entry.Payload is Taken)
                {
                    _epoch = entry.Epoch;
                    _isOwned = true;
                }

                _unfinished.RemoveAll(unfinished => unfinished.IsEndedBy(entry));
                Publish(new StreamEvent.Stored(entry));
            }
        }
    }

    /// <summary>An owner's lease has ended. What follows is another owner's, here or elsewhere.</summary>
    public void Leave(long epoch)
    {
        lock (_lock)
        {
            if (_epoch == epoch)
            {
                _isOwned = false;
                _unfinished.Clear();
            }
        }
    }

    /// <summary>A piece of an answer came. One of an owner whose lease has ended is dropped.</summary>
    public void Delta(AnswerPiece piece)
    {
        lock (_lock)
        {
            if (!_isOwned || piece.Epoch != _epoch)
            {
                return;
            }

            var delta = new StreamEvent.Delta(Next(), piece);
            var answer = Find(piece.MessageId);
            if (answer is null)
            {
                _unfinished.Add(answer = new UnfinishedAnswer(piece));
            }

            answer.Add(delta.Id, piece);
            Publish(delta);
        }
    }

    /// <summary>An answer of which pieces were shown was given up. Kept for readers who saw them and come back.</summary>
    public void Restart(AnswerPiece piece)
    {
        lock (_lock)
        {
            if (Find(piece.MessageId) is not { HasPieces: true } answer)
            {
                return;
            }

            var restarted = new StreamEvent.AnswerRestarted(Next(), piece);
            answer.Restart(restarted);
            Publish(restarted);
        }
    }

    /// <summary>Nothing will follow: the thread is gone.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            foreach (var reader in _readers)
            {
                reader.Writer.TryComplete();
            }
        }
    }

    /// <summary>
    /// Begins to read: the last stored position known here (0 if nobody owns the thread here), what was told of unfinished
    /// answers, and what comes from this moment on.
    /// </summary>
    public Subscription Subscribe()
    {
        lock (_lock)
        {
            var channel = Channel.CreateBounded<StreamEvent>(new BoundedChannelOptions(readerBuffer) { SingleReader = true });
            _readers.Add(channel);
            if (_isClosed)
            {
                channel.Writer.TryComplete();
            }

            return new Subscription(this, channel, _isOwned ? _last.Position : 0, [.. _unfinished.SelectMany(answer => answer.Events()).OrderBy(item => item.Event.Id)]);
        }
    }

    private void Unsubscribe(Channel<StreamEvent> channel)
    {
        lock (_lock)
        {
            _readers.Remove(channel);
        }
    }

    private UnfinishedAnswer? Find(string messageId)
    {
        foreach (var answer in _unfinished)
        {
            if (answer.MessageId == messageId)
            {
                return answer;
            }
        }

        return null;
    }

    private EventId Next() => _last = new EventId(_last.Position, _last.Number + 1);

    private void Publish(StreamEvent item)
    {
        List<Channel<StreamEvent>>? slow = null;
        foreach (var reader in _readers)
        {
            if (!reader.Writer.TryWrite(item))
            {
                (slow ??= []).Add(reader);
            }
        }

        foreach (var reader in slow ?? [])
        {
            reader.Writer.TryComplete(new ReaderTooSlowException());
            _readers.Remove(reader);
        }
    }

    /// <summary>A reader's place.</summary>
    internal sealed class Subscription(LiveThread thread, Channel<StreamEvent> channel, long position, IReadOnlyList<UnfinishedEvent> unfinished) : IDisposable
    {
        /// <summary>The last stored position at the beginning; 0 if not known.</summary>
        public long Position { get; } = position;

        /// <summary>What was told of answers that were unfinished at the beginning, in order.</summary>
        public IReadOnlyList<UnfinishedEvent> Unfinished { get; } = unfinished;

        /// <summary>What came since. Fails with <see cref="ReaderTooSlowException"/> when the reader fell behind.</summary>
        public ChannelReader<StreamEvent> Events { get; } = channel.Reader;

        public void Dispose() => thread.Unsubscribe(channel);
    }
}
