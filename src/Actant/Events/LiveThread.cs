using System.Threading.Channels;
using Actant.Journaling;

namespace Actant.Events;

/// <summary>
/// What happens on one thread while somebody owns or reads it here. Numbers what is not stored, keeps the deltas of unfinished
/// answers for those who join, and hands everything to readers without ever waiting for one.
/// </summary>
/// <param name="readerBuffer">How many events a reader may fall behind.</param>
/// <param name="key">The thread.</param>
/// <param name="observers">Who hears what is published by the loops of this process.</param>
internal sealed partial class LiveThread(int readerBuffer, ThreadKey key = default, ThreadObservers? observers = null)
{
    private readonly Lock _lock = new();
    private readonly UnfinishedAnswers _unfinished = new();
    private readonly HeldDeltas _held = new();
    private readonly ReaderChannels _readers = new();
    private readonly ReaderChannels _relays = new();
    private EventId _last;
    private long _epoch;
    private bool _isOwned;
    private bool _isClosed;
    private Action? _following;
    private Action? _wanted;
    private long _entered;
    private Task<bool> _found = Task.FromResult(false);

    /// <summary>What is read of its journal.</summary>
    public SharedPages Pages { get; } = new();

    /// <summary>Owners and readers; the hub's own count.</summary>
    public int References { get; set; }

    /// <summary>
    /// Whether what is stored is published here: a loop of this process owns the thread, or the owner elsewhere is followed.
    /// </summary>
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
            foreach (var entry in entries)
            {
                if (entry.Position <= _last.Position)
                {
                    continue;
                }

                PublishHeld();
                _last = new EventId(entry.Position, 0);
                if (entry.Payload is Taken)
                {
                    _epoch = entry.Epoch;
                    _isOwned = true;
                }

                _held.Settle(entry);
                _unfinished.Settle(entry);
                Publish(new StreamEvent.Stored(entry));
            }

            PublishHeld();
            if (_held.Any)
            {
                WantStored();
            }
        }
    }

    /// <summary>An owner begins here: what it says before it has stored what came before is held back.</summary>
    /// <param name="epoch">The owner's.</param>
    /// <param name="wanted">Called when somebody reads, and would be shown something once that is stored.</param>
    public void Enter(long epoch, Action wanted)
    {
        lock (_lock)
        {
            (_entered, _wanted) = (epoch, wanted);
        }
    }

    /// <summary>An owner's lease has ended. What follows is another owner's, here or elsewhere.</summary>
    public void Leave(long epoch)
    {
        lock (_lock)
        {
            if (_epoch == epoch)
            {
                if (IsObserved)
                {
                    observers!.Left(key);
                }

                _isOwned = false;
                _unfinished.Clear();
                _held.Clear();
                _relays.Complete(null);
            }

            // One that was followed from here may be left while the next owner begins here.
            if (_entered == epoch)
            {
                _wanted = null;
            }
        }
    }

    /// <summary>A loop of this process is about to call a tool.</summary>
    public void Starts(ToolStart call)
    {
        lock (_lock)
        {
            if (IsObserved)
            {
                observers!.ToolStarts(key, call);
            }
        }
    }

    /// <summary>A delta of an answer came. One of an owner whose lease has ended is dropped.</summary>
    public void Publish(AnswerDelta delta)
    {
        lock (_lock)
        {
            if (!_isOwned || delta.Epoch != _epoch)
            {
                return;
            }

            if (delta.Offset == 0)
            {
                Restart(delta with { Text = "" });
            }

            if (delta.After > _last.Position)
            {
                _held.Add(delta);
                if (delta.Offset == 0)
                {
                    WantStored();
                }

                return;
            }

            PublishDelta(Next, delta);
        }
    }

    /// <summary>Somebody begins to search for an owner elsewhere, to follow it. <c>false</c> if somebody does already, or the owner is here.</summary>
    /// <param name="stop">Called when nobody reads here any more.</param>
    /// <param name="search">Ends when that owner publishes here from now on, or none can be reached.</param>
    /// <param name="found">The same, of whoever searches.</param>
    public bool TryFollow(Action stop, Task<bool> search, out Task<bool> found)
    {
        lock (_lock)
        {
            if (_isOwned || _following is not null)
            {
                found = _isOwned ? Task.FromResult(true) : _found;
                return false;
            }

            (_following, _found, found) = (stop, search, search);
            return true;
        }
    }

    /// <summary>The owner elsewhere said where it stands, and everything of the answers that are unfinished there.</summary>
    /// <returns><c>false</c> if an owner of that epoch or a later one is known here.</returns>
    public bool Follow(long epoch, long position, IReadOnlyList<StreamEvent> unfinished)
    {
        lock (_lock)
        {
            if (_following is null || epoch < _epoch || (epoch == _epoch && _isOwned))
            {
                return false;
            }

            (_epoch, _isOwned, _last) = (epoch, true, new EventId(position, 0));
            _unfinished.Clear();
            foreach (var item in unfinished)
            {
                _last = item.Id > _last ? item.Id : _last;
                switch (item)
                {
                    case StreamEvent.DeltaPublished published:
                        _unfinished.TryAdd(published.Id, published.Delta, out _);
                        break;
                    case StreamEvent.AnswerRestarted restarted:
                        _unfinished.Restart(restarted);
                        break;
                }
            }

            // Who reads already must read what was stored until now.
            _readers.Complete(new ReaderTooSlowException());
            return true;
        }
    }

    /// <summary>A delta of the owner elsewhere.</summary>
    public void FollowDelta(EventId id, AnswerDelta delta)
    {
        lock (_lock)
        {
            if (IsFollowed(id, delta))
            {
                PublishDelta(id, delta);
            }
        }
    }

    /// <summary>The owner elsewhere gave an answer up, of which readers may hold deltas published at a place or behind it.</summary>
    public void FollowRestart(EventId id, AnswerDelta delta, EventId earliest)
    {
        lock (_lock)
        {
            if (IsFollowed(id, delta))
            {
                PublishRestart(id, delta, earliest);
            }
        }
    }

    /// <summary>Nobody follows any more.</summary>
    /// <param name="epoch">Of the owner that was followed; 0 if none was.</param>
    /// <param name="searchesAgain">Whether the readers search for an owner again.</param>
    public void StopFollowing(long epoch, bool searchesAgain)
    {
        Leave(epoch);
        lock (_lock)
        {
            _following = null;
        }

        if (searchesAgain)
        {
            Poke();
        }
    }

    /// <summary>Nobody reads here any more.</summary>
    public void Abandon()
    {
        lock (_lock)
        {
            _following?.Invoke();
        }
    }

    /// <summary>Something happened elsewhere: readers poll the journal, and search for the owner.</summary>
    public void Poke()
    {
        lock (_lock)
        {
            if (!_isOwned)
            {
                _readers.Complete(new ReaderTooSlowException());
            }
        }
    }

    /// <summary>An answer of which deltas were shown was given up. Kept for readers who saw them and come back.</summary>
    public void Restart(AnswerDelta delta)
    {
        lock (_lock)
        {
            _held.Forget(delta.MessageId);
            if (_unfinished.Find(delta.MessageId) is { HasDeltas: true } answer)
            {
                PublishRestart(Next, delta, answer.Earliest);
            }
        }
    }

    /// <summary>
    /// An answer begins that a former owner may have begun and shown, as far as anybody knows. Published before its first delta, and
    /// kept for all who come from before.
    /// </summary>
    public void BeginAgain(AnswerDelta delta)
    {
        lock (_lock)
        {
            if (_isOwned && delta.Epoch == _epoch && _unfinished.Find(delta.MessageId) is null)
            {
                PublishRestart(Next, delta, earliest: default);
            }
        }
    }

    /// <summary>Nothing will follow: the thread is gone.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            _readers.Complete(null);
            _relays.Complete(null);
        }
    }

    /// <summary>
    /// Begins to read: the last stored position known here (0 if nobody owns the thread here), what was published of unfinished
    /// answers, and what comes from this moment on.
    /// </summary>
    /// <param name="isRelay">Whether another node reads: then it ends with the ownership.</param>
    public Subscription Subscribe(bool isRelay = false)
    {
        lock (_lock)
        {
            var channel = Channel.CreateBounded<StreamEvent>(new BoundedChannelOptions(readerBuffer) { SingleReader = true });
            (isRelay ? _relays : _readers).Add(channel);
            if (_held.Any)
            {
                WantStored();
            }

            if (_isClosed || (isRelay && (!_isOwned || _following is not null)))
            {
                channel.Writer.TryComplete();
            }

            return new Subscription(this, channel, _epoch, _isOwned ? _last : default, _unfinished.ToPublished());
        }
    }

    private void Unsubscribe(Channel<StreamEvent> channel)
    {
        lock (_lock)
        {
            _readers.Remove(channel);
            _relays.Remove(channel);
        }
    }

    /// <summary>Publishes a delta that goes on where the answer was; any other could only confuse.</summary>
    private void PublishDelta(EventId id, AnswerDelta delta)
    {
        if (_unfinished.TryAdd(id, delta, out var run))
        {
            _last = id;
            Publish(new StreamEvent.DeltaPublished(id, delta) { Run = run });
        }
    }

    private void WantStored()
    {
        if (_readers.Any || _relays.Any || observers is { Any: true })
        {
            _wanted?.Invoke();
        }
    }

    /// <summary>Shows what came before the story that it belongs behind was stored.</summary>
    private void PublishHeld()
    {
        foreach (var delta in _held.Take(_last.Position))
        {
            PublishDelta(Next, delta);
        }
    }

    private void PublishRestart(EventId id, AnswerDelta delta, EventId earliest)
    {
        var restarted = new StreamEvent.AnswerRestarted(id, delta) { Earliest = earliest };
        _last = id;
        _unfinished.Restart(restarted);
        Publish(restarted);
    }

    private bool IsFollowed(EventId id, AnswerDelta delta) => _following is not null && _isOwned && delta.Epoch == _epoch && id > _last;

    /// <summary>Whether what is published comes from a loop of this process: an owner elsewhere has observers of its own.</summary>
    private bool IsObserved => observers is { Any: true } && _isOwned && _epoch == _entered && _entered > 0;

    private EventId Next => new(_last.Position, _last.Number + 1);

    private void Publish(StreamEvent item)
    {
        _readers.Publish(item);
        _relays.Publish(item);
        if (IsObserved)
        {
            observers!.Published(key, item);
        }
    }
}
