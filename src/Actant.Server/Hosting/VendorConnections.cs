using Actant.Egress;

namespace Actant.Server.Hosting;

/// <summary>The way to the models' vendors; its connections last as long as the process.</summary>
internal sealed class VendorConnections(EgressGuard guard) : IDisposable
{
    public HttpMessageHandler Handler { get; } = guard.CreateEndpointHandler();

    public void Dispose() => Handler.Dispose();
}
