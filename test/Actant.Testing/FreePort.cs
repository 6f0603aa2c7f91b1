using System.Net;
using System.Net.Sockets;

namespace Actant.Testing;

/// <summary>Ports of this machine that nobody listens on.</summary>
public static class FreePort
{
    /// <summary>One of them; somebody may take it before the caller does.</summary>
    public static int Find()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
