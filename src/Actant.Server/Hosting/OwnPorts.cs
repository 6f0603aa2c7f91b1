using System.Net;
using Actant.AspNetCore;
using Actant.AspNetCore.Peers;
using Actant.Server.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Actant.Server.Hosting;

/// <summary>
/// What is served at ports of its own: other nodes, and events without a key. Each is answered there and nowhere else, and nothing else is there: a
/// firewall tells them apart by their ports.
/// </summary>
internal static class OwnPorts
{
    // Streams of one connection between two nodes; beyond, they open another one.
    private const int MostFollowedThreads = 10_000;

    /// <summary>Listens there; what is left to do when the server is built comes back.</summary>
    public static Action<WebApplication> Listen(WebApplicationBuilder builder, ServerSettings settings)
    {
        if (settings.Events.Open is { } open)
        {
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(open.Listen));
        }

        if (settings.Storage.Cluster is not { } cluster)
        {
            return static _ => { };
        }

        builder.Services.AddActantPeers(new PeerOptions(cluster.Key));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(cluster.Listen, static listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.Limits.Http2.MaxStreamsPerConnection = MostFollowedThreads;
        });
        return static app => app.MapActantPeers();
    }

    /// <summary>Before anything is answered.</summary>
    public static void KeepApart(WebApplication app, ServerSettings settings)
    {
        if (settings.Events.Open is { } open)
        {
            app.UseOpenEvents(connection => IsFor(open.Listen, connection), open.Owners);
        }

        if (settings.Storage.Cluster is not { } cluster)
        {
            return;
        }

        app.Use((HttpContext context, RequestDelegate next) =>
        {
            if (IsFor(cluster.Listen, context.Connection) == context.Request.Path.StartsWithSegments(ActantPeers.Path, StringComparison.Ordinal))
            {
                return next(context);
            }

            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
    }

    private static bool IsFor(IPEndPoint listen, ConnectionInfo connection) => connection.LocalPort == listen.Port
        && (listen.Address.Equals(IPAddress.Any) || listen.Address.Equals(IPAddress.IPv6Any) || connection.LocalIpAddress is not { } local
            || listen.Address.Equals(local.IsIPv4MappedToIPv6 ? local.MapToIPv4() : local));
}
