using Actant.Events;
using Actant.Journaling;
using Actant.Storage;
using Microsoft.Extensions.Logging;

namespace Actant.Peers;

/// <summary>
/// Brings what other nodes publish of their threads to the readers here: each thread that is read here and owned elsewhere is
/// followed once, however many read it.
/// </summary>
internal sealed partial class PeerReaders(IPeerLink? link, IActantStore store, ThreadLoader loader, TimeProvider time, ILogger log)
{
    /// <summary>Between two searches for the owner of the same thread: it may just be changing, or be out of reach.</summary>
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(250);

    private volatile SessionBox? _session;

    /// <summary>The session of this node: what it owns needs no following.</summary>
    public SessionId? Session
    {
        get => _session?.Id;
        set => _session = value is { } id ? new SessionBox(id) : null;
    }

    /// <summary>Whether there is a way to other nodes.</summary>
    public bool CanFollow => link is not null;

    /// <summary>Somebody reads a thread that nobody owns here.</summary>
    /// <returns>Whether its owner publishes here from now on; <c>false</c> if there is none that can be reached.</returns>
    public Task<bool> TryFollowAsync(ThreadKey thread, LiveThread live)
    {
        if (link is null || live.IsOwned)
        {
            return Task.FromResult(live.IsOwned);
        }

        var stop = new CancellationTokenSource();
        var search = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (live.TryFollow(stop.Cancel, search.Task, out var found))
        {
            _ = Task.Run(() => FollowAsync(link, thread, live, search, stop), CancellationToken.None);
        }
        else
        {
            stop.Dispose();
        }

        return found;
    }

    private async Task FollowAsync(IPeerLink link, ThreadKey thread, LiveThread live, TaskCompletionSource<bool> found, CancellationTokenSource stop)
    {
        var cancellationToken = stop.Token;
        var epoch = 0L;
        var wasCalled = false;
        try
        {
            if (await store.FindHolderAsync(thread, cancellationToken) is { Address: { } address } holder && holder.Session != Session)
            {
                wasCalled = true;
                var position = 0L;
                var before = new List<StreamEvent>();
                PeerMessage.Begun? begun = null;
                await foreach (var message in link.FollowAsync(address, thread, cancellationToken))
                {
                    begun ??= message as PeerMessage.Begun;
                    if (epoch == 0)
                    {
                        // Nothing is published here before everything of the unfinished answers is known.
                        if (EventOf(message) is { } item)
                        {
                            before.Add(item);
                        }

                        if (begun is not null && before.Count >= begun.Unfinished)
                        {
                            if (!live.Follow(begun.Epoch, begun.Position, before))
                            {
                                return;
                            }

                            (epoch, position) = (begun.Epoch, begun.Position);
                            found.TrySetResult(true);
                        }

                        continue;
                    }

                    switch (message)
                    {
                        case PeerMessage.Stored stored:
                            position = await ReadAsync(thread, live, position, stored.Position, cancellationToken);
                            break;
                        case PeerMessage.DeltaPublished published:
                            live.FollowDelta(published.Id, published.Delta);
                            break;
                        case PeerMessage.Restarted restarted:
                            live.FollowRestart(restarted.Id, restarted.Delta, restarted.Earliest);
                            break;
                    }
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Nobody reads any more.
        }
        catch (Exception exception)
        {
            // The stored entries still come; the next search finds the owner, or another one.
            LogLost(log, exception, thread);
        }
        finally
        {
            found.TrySetResult(false);
            if (wasCalled)
            {
                await Task.Delay(s_pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            live.StopFollowing(epoch, searchesAgain: wasCalled);
            stop.Dispose();
        }
    }

    private static StreamEvent? EventOf(PeerMessage message) => message switch
    {
        PeerMessage.DeltaPublished published => new StreamEvent.DeltaPublished(published.Id, published.Delta),
        PeerMessage.Restarted restarted => new StreamEvent.AnswerRestarted(restarted.Id, restarted.Delta) { Earliest = restarted.Earliest },
        _ => null,
    };

    private async ValueTask<long> ReadAsync(ThreadKey thread, LiveThread live, long position, long to, CancellationToken cancellationToken)
    {
        while (position < to)
        {
            var entries = await loader.ReadAsync(thread, position + 1, to, cancellationToken);
            if (entries.Count == 0)
            {
                break;
            }

            live.Stored(entries);
            position = entries[^1].Position;
        }

        return position;
    }

    [LoggerMessage(EventId = 2101, Level = LogLevel.Debug, Message = "The owner of thread {Thread} cannot be followed; its readers get what is stored.")]
    private static partial void LogLost(ILogger logger, Exception exception, ThreadKey thread);

    private sealed record SessionBox(SessionId Id);
}
