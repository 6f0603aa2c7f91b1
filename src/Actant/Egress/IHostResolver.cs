using System.Net;

namespace Actant.Egress;

/// <summary>Finds the addresses of a host. What it answers is checked and connected to; nobody resolves a second time.</summary>
public interface IHostResolver
{
    /// <summary>The addresses, best first; empty if there are none.</summary>
    /// <param name="host">A host name in its normalised ASCII form; never an address.</param>
    /// <param name="cancellationToken">Ends the look-up at the connect time-out.</param>
    ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken);
}
