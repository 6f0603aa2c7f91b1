using System.Runtime.CompilerServices;
using Actant.Events;
using Actant.Journaling;

namespace Actant.Peers;

/// <summary>Sends another node what happens on a thread that is owned here.</summary>
internal static class PeerRelay
{
    /// <summary>Until the ownership ends, or the other node reads too slowly: then it comes back.</summary>
    public static async IAsyncEnumerable<PeerMessage> RelayAsync(this EventHub hub, ThreadKey thread, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var live = hub.Acquire(thread);
        try
        {
            using var subscription = live.Subscribe(isRelay: true);
            if (subscription.Position == 0)
            {
                yield break;
            }

            List<PeerMessage> before = [.. subscription.Unfinished.SelectMany(PublishedOf)];
            yield return new PeerMessage.Begun(subscription.Epoch, subscription.Position, before.Count);
            foreach (var message in before)
            {
                yield return message;
            }

            while (await IsComingAsync(subscription, cancellationToken))
            {
                while (subscription.Events.TryRead(out var item))
                {
                    if (item is StreamEvent.Stored { Entry: { Payload: Taken } entry } && entry.Epoch != subscription.Epoch)
                    {
                        // The next lease is sent from its beginning.
                        yield break;
                    }

                    yield return MessageOf(item);
                }
            }
        }
        finally
        {
            hub.Release(thread, live);
        }
    }

    private static IEnumerable<PeerMessage> PublishedOf(PublishedAnswer answer) =>
    [
        new PeerMessage.Restarted(answer.Run, answer.About, answer.Earliest),
        .. answer.After(default).OfType<StreamEvent.DeltaPublished>().Select(MessageOf),
    ];

    private static PeerMessage MessageOf(StreamEvent item) => item switch
    {
        StreamEvent.Stored stored => new PeerMessage.Stored(stored.Entry.Position),
        StreamEvent.DeltaPublished published => new PeerMessage.DeltaPublished(published.Id, published.Delta),
        StreamEvent.AnswerRestarted restarted => new PeerMessage.Restarted(restarted.Id, restarted.Delta, restarted.Earliest),
        _ => throw new InvalidOperationException($"Events of type {item.GetType()} are not sent."),
    };

    private static async ValueTask<bool> IsComingAsync(LiveThread.Subscription subscription, CancellationToken cancellationToken)
    {
        try
        {
            return await subscription.Events.WaitToReadAsync(cancellationToken);
        }
        catch (ReaderTooSlowException)
        {
            return false;
        }
    }
}
