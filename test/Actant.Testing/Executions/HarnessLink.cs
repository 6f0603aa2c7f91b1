using Actant.Peers;

namespace Actant.Testing.Executions;

/// <summary>Engines of one harness reach each other by a call.</summary>
internal sealed class HarnessLink(EngineHarness harness) : IPeerLink
{
    public IAsyncEnumerable<PeerMessage> FollowAsync(string address, ThreadKey thread, CancellationToken cancellationToken) =>
        harness.AreApart ? throw new HttpRequestException("The test parted the nodes.") : harness.Reach(address).RelayAsync(thread, cancellationToken);
}
