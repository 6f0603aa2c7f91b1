using System.Net;
using Actant.AspNetCore.Peers;
using Actant.Executions;
using Actant.LanguageModels;
using Actant.Storage;
using Actant.Testing;
using Actant.Testing.Executions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Actant.AspNetCore.Tests.Peers;

/// <summary>One of several processes that share a store, with the way between them over real connections.</summary>
internal sealed class ClusterNode : IAsyncDisposable
{
    public const string Key = "the-key-of-this-cluster";
    private readonly WebApplication _app;

    private ClusterNode(WebApplication app, Uri address)
    {
        _app = app;
        Address = address;
    }

    public Uri Address { get; }

    public ActantEngine Engine => _app.Services.GetRequiredService<ActantEngine>();

    public ExecutionClient Client => _app.Services.GetRequiredService<ActantEngine>().For(TenantId.Default);

    public static async Task<ClusterNode> StartAsync(IActantStore store, GatedModel model)
    {
        for (var tries = 0; ; tries++)
        {
            var port = FreePort.Find();
            var node = Build(store, model, port);
            try
            {
                await node._app.StartAsync();
                return node;
            }
            catch (IOException) when (tries < 10)
            {
                // Somebody took the port meanwhile.
                await node.DisposeAsync();
            }
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static ClusterNode Build(IActantStore store, GatedModel model, int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, static listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddSingleton(store);
        builder.Services.AddSingleton<IModelProvider>(model);
        var address = new Uri($"http://127.0.0.1:{port}");
        builder.Services.AddActant(options => (options.Address, options.Node, options.ShutdownPatience) = (address.AbsoluteUri, $"node-{port}", TimeSpan.FromMilliseconds(100)));
        builder.Services.AddActantPeers(new PeerOptions(Key));
        var app = builder.Build();
        app.MapActantPeers();
        return new ClusterNode(app, address);
    }
}
