using Actant.Events;
using Actant.Journaling;
using Actant.Storage;
using Microsoft.Extensions.Logging;

namespace Actant.Peers;

/// <summary>
/// Brings what other nodes tell of their threads to the readers here: each thread that is read here and owned elsewhere is
/// followed once, however many read it.
/// </summary>
internal sealed partial class PeerReaders(IPeerLink? link, IActantStore store, ThreadLoader loader, TimeProvider time, ILogger log)
{
    /// <summary>Between two looks for the owner of the same thread: it may just be changing, or be out of reach.</summary>
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
    /// <returns>Whether its owner tells from now on; <c>false</c> if there is none that can be reached.</returns>
    public Task<bool> Look(ThreadKey thread, LiveThread live)
    {
        if (link is null || live.IsOwned)
        {
            return Task.FromResult(live.IsOwned);
        }

        var stop = new CancellationTokenSource();
        var looking = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (live.TryFollow(stop.Cancel, looking.Task, out var found))
        {
            _ = Task.Run(() => FollowAsync(link, thread, live, looking, stop), CancellationToken.None);
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
        var wasAsked = false;
        try
        {
            if (await store.FindHolderAsync(thread, cancellationToken) is { Address: { } address } holder && holder.Session != Session)
            {
                wasAsked = true;
                var position = 0L;
                var before = new List<StreamEvent>();
                PeerMessage.Begun? begun = null;
                await foreach (var message in link.FollowAsync(address, thread, cancellationToken))
                {
                    begun ??= message as PeerMessage.Begun;
                    if (epoch == 0)
                    {
                        // Nothing is told here before everything of the unfinished answers is known.
                        if (EventOf(message) is { } told)
                        {
                            before.Add(told);
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
                        case PeerMessage.Told told:
                            live.FollowDelta(told.Id, told.Piece);
                            break;
                        case PeerMessage.Restarted restarted:
                            live.FollowRestart(restarted.Id, restarted.Piece, restarted.Earliest);
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
            // The stored entries still come; the next look finds the owner, or another one.
            LogLost(log, exception, thread);
        }
        finally
        {
            found.TrySetResult(false);
            if (wasAsked)
            {
                await Task.Delay(s_pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            live.EndFollowing(epoch, looksAgain: wasAsked);
            stop.Dispose();
        }
    }

    private static StreamEvent? EventOf(PeerMessage message) => message switch
    {
        PeerMessage.Told told => new StreamEvent.Delta(told.Id, told.Piece),
        PeerMessage.Restarted restarted => new StreamEvent.AnswerRestarted(restarted.Id, restarted.Piece) { Earliest = restarted.Earliest },
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
