using System.Threading.Channels;

namespace Actant.Events;

internal sealed partial class LiveThread
{
    /// <summary>A reader's place.</summary>
    internal sealed class Subscription(LiveThread thread, Channel<StreamEvent> channel, long epoch, EventId last, IReadOnlyList<PublishedAnswer> unfinished) : IDisposable
    {
        /// <summary>The owner's epoch at the beginning.</summary>
        public long Epoch { get; } = epoch;

        /// <summary>What had been published at the beginning; nothing if that is not known.</summary>
        public EventId Last { get; } = last;

        /// <summary>The last stored position at the beginning; 0 if not known.</summary>
        public long Position => Last.Position;

        /// <summary>What was published of answers that were unfinished at the beginning.</summary>
        public IReadOnlyList<PublishedAnswer> Unfinished { get; } = unfinished;

        /// <summary>What came since. Fails with <see cref="ReaderTooSlowException"/> when the reader fell behind.</summary>
        public ChannelReader<StreamEvent> Events { get; } = channel.Reader;

        public void Dispose() => thread.Unsubscribe(channel);
    }
}
