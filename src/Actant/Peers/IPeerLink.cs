namespace Actant.Peers;

/// <summary>The way to the other nodes that share the store.</summary>
public interface IPeerLink
{
    /// <summary>
    /// What the node at an address publishes of a thread that it owns, from <see cref="PeerMessage.Begun"/> on; ends with the ownership,
    /// at once if there is none. May fail in any way that a network can.
    /// </summary>
    /// <param name="address">Where the node is, as its session says.</param>
    /// <param name="thread">The thread.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    IAsyncEnumerable<PeerMessage> FollowAsync(string address, ThreadKey thread, CancellationToken cancellationToken);
}
