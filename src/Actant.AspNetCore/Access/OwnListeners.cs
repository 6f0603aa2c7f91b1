using System.Net;
using Actant.Egress;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Actant.AspNetCore.Access;

/// <summary>Tells the guard of what leaves where this process listens, as soon as it does: a request from inside would come from its own machine.</summary>
internal static class OwnListeners
{
    public static void Tell(IApplicationBuilder app)
    {
        var services = app.ApplicationServices;
        if (services.GetService<IHostApplicationLifetime>() is { } life && services.GetService<EgressGuard>() is { } guard)
        {
            life.ApplicationStarted.Register(() =>
                guard.Listens((services.GetService<IServer>()?.Features.Get<IServerAddressesFeature>()?.Addresses ?? []).SelectMany(EndPointsOf)));
        }
    }

    /// <summary>The end points of one of a server's addresses; whatever is no address of one card means all of them.</summary>
    public static IEnumerable<IPEndPoint> EndPointsOf(string url)
    {
        BindingAddress address;
        try
        {
            address = BindingAddress.Parse(url);
        }
        catch (FormatException)
        {
            return [];
        }

        return address.IsUnixPipe || address.IsNamedPipe ? []
            : address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? [new(IPAddress.Loopback, address.Port), new(IPAddress.IPv6Loopback, address.Port)]
            : [new(IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) ? ip : IPAddress.IPv6Any, address.Port)];
    }
}
