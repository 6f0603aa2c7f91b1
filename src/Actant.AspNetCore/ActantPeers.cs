using Actant.AspNetCore.Peers;
using Actant.AspNetCore.Problems;
using Actant.Peers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Actant.AspNetCore;

/// <summary>Several nodes on one store: readers on one hear at once what happens on another; see <c>docs/cluster.md</c>.</summary>
public static class ActantPeers
{
    /// <summary>What everything begins with that other nodes ask for.</summary>
    public const string Path = "/internal";

    /// <summary>
    /// Lets this process reach the other nodes, and be reached: with <c>EngineOptions.Address</c>, and an endpoint there that
    /// speaks HTTP/2 and has <see cref="MapActantPeers"/>.
    /// </summary>
    public static IServiceCollection AddActantPeers(this IServiceCollection services, PeerOptions options)
    {
        services.AddSingleton(options);
        services.TryAddSingleton<IPeerLink, HttpPeerLink>();
        return services;
    }

    /// <summary>Maps what other nodes ask for. It takes the cluster's key and nothing else.</summary>
    public static IEndpointRouteBuilder MapActantPeers(this IEndpointRouteBuilder endpoints)
    {
        var services = new EndpointServices(endpoints.ServiceProvider);
        endpoints.MapGet(PeerEndpoint.Pattern, services.GetRequiredService<ProblemGuard>().Around(services.GetRequiredService<PeerEndpoint>().RelayAsync));
        return endpoints;
    }
}
