using System.Threading.Channels;

namespace Actant.Events;

/// <summary>Who reads a thread. Nobody is waited for: who falls behind reads again from the journal. Used under the lock of their <see cref="LiveThread"/>.</summary>
internal sealed class ReaderChannels
{
    private readonly HashSet<Channel<StreamEvent>> _channels = [];

    /// <summary>Whether somebody reads.</summary>
    public bool Any => _channels.Count > 0;

    /// <summary>Somebody begins to read.</summary>
    public void Add(Channel<StreamEvent> channel) => _channels.Add(channel);

    /// <summary>Somebody reads no more.</summary>
    public void Remove(Channel<StreamEvent> channel) => _channels.Remove(channel);

    /// <summary>Hands something to all.</summary>
    public void Publish(StreamEvent item)
    {
        List<Channel<StreamEvent>>? slow = null;
        foreach (var channel in _channels)
        {
            if (!channel.Writer.TryWrite(item))
            {
                (slow ??= []).Add(channel);
            }
        }

        foreach (var channel in slow ?? [])
        {
            channel.Writer.TryComplete(new ReaderTooSlowException());
            _channels.Remove(channel);
        }
    }

    /// <summary>Nobody reads here any more.</summary>
    public void Complete(Exception? reason)
    {
        foreach (var channel in _channels)
        {
            channel.Writer.TryComplete(reason);
        }

        _channels.Clear();
    }
}
