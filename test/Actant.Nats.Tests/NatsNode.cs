using Actant.Api;
using Actant.CloudEvents;
using Actant.Executions;
using Actant.Filters;
using Actant.Hosting;
using Actant.InMemory;
using Actant.LanguageModels;
using Actant.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Actant.Nats.Tests;

/// <summary>A node that takes jobs from NATS: an application as an embedder would make it.</summary>
internal sealed class NatsNode : IAsyncDisposable
{
    private readonly IHost _host;

    private NatsNode(IHost host) => _host = host;

    public ActantEngine Engine => _host.Services.GetRequiredService<ActantEngine>();

    public ActantOperations Operations => _host.Services.GetRequiredService<ActantOperations>();

    public IReadyCheck Check => _host.Services.GetServices<IReadyCheck>().Single();

    public static NatsOptions Options(string url) => new() { Url = url, AckWait = TimeSpan.FromSeconds(1), NakDelay = TimeSpan.FromMilliseconds(50) };

    /// <param name="options">How it takes jobs.</param>
    /// <param name="store">Shared with other nodes; its own if absent.</param>
    /// <param name="slots">How many run at once.</param>
    /// <param name="model">A model of its own, besides those that there are.</param>
    /// <param name="log">Where it logs.</param>
    /// <param name="breakAfter">After how many failures a destination is left alone.</param>
    /// <param name="sink">Where ends go besides.</param>
    /// <param name="filters">What inputs pass.</param>
    public static async Task<NatsNode> StartAsync(
        NatsOptions options, IActantStore? store = null, int slots = 50, IModelProvider? model = null, ILoggerFactory? log = null, int breakAfter = 5, JobSink? sink = null, params IFilter[] filters)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddLogging();
        var actant = builder.Services.AddActant(engine =>
        {
            engine.MaxConcurrentExecutions = slots;
            engine.ShutdownPatience = TimeSpan.FromMilliseconds(100);
            engine.Deliveries.FirstWait = TimeSpan.FromMilliseconds(50);
            engine.Deliveries.BreakAfter = breakAfter;
            engine.Deliveries.FirstBreak = TimeSpan.FromMilliseconds(200);
        });
        actant.AddCloudEvents("tests").AddNats(options);

        // As it is: one that nodes share is not theirs to dispose of.
        builder.Services.Replace(ServiceDescriptor.Singleton(store ?? new InMemoryStore(TimeProvider.System, IdGenerator.System)));
        if (model is not null)
        {
            builder.Services.AddSingleton(model);
        }

        if (log is not null)
        {
            builder.Services.AddSingleton(log);
        }

        if (sink is not null)
        {
            builder.Services.AddSingleton(sink);
        }

        foreach (var filter in filters)
        {
            actant.AddFilter(filter);
        }

        var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return new NatsNode(host);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        if (_host is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync();
        }
    }
}
