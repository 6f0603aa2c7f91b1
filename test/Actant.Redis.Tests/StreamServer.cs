using System.Diagnostics.Metrics;
using System.Text.Json;
using Actant.Executions;
using Actant.LanguageModels;
using Actant.Storage;
using Actant.Testing.Executions;
using Actant.Tools;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Actant.Redis.Tests;

/// <summary>An application with an engine that streams to a Redis.</summary>
internal sealed class StreamServer : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly MeterListener _listener = new();
    private long _errors;

    private StreamServer(ServiceProvider services)
    {
        _services = services;
        Engine = services.GetRequiredService<ActantEngine>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == Engine.Meter && instrument.Name == "agent_executor_redis_publish_errors")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, count, _, _) => Interlocked.Add(ref _errors, count));
        _listener.Start();
    }

    public GatedModel Model { get; private init; } = null!;

    public ActantEngine Engine { get; }

    public RedisStreams Streams => _services.GetRequiredService<RedisStreams>();

    public LogLines Log { get; private init; } = null!;

    /// <summary>What <c>agent_executor_redis_publish_errors_total</c> says.</summary>
    public long Errors => Interlocked.Read(ref _errors);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<StreamServer> StartAsync(string redis, IActantStore? store = null, IEnumerable<Tool>? tools = null, long bufferBytes = 64 * 1024 * 1024)
    {
        var (model, log) = (new GatedModel(), new LogLines());
        var services = new ServiceCollection();
        services.AddSingleton<ILoggerFactory>(log).AddSingleton<IModelProvider>(model);
        if (store is not null)
        {
            services.AddSingleton(store);
        }

        var actant = services.AddActant(static options => options.SessionLength = TimeSpan.FromSeconds(3))
            .AddRedisStreams(new RedisStreamOptions { Client = ConfigurationOptions.Parse(redis), BufferBytes = bufferBytes });
        foreach (var tool in tools ?? [])
        {
            actant.AddTool(tool);
        }

        var server = new StreamServer(services.BuildServiceProvider()) { Model = model, Log = log };
        await server.Engine.StartAsync(Token);
        return server;
    }

    public async Task<ExecutionId> SubmitAsync(string definition, string thread, string? tenant = null)
    {
        var reply = await Engine.For(tenant is null ? TenantId.Default : new TenantId(tenant)).SubmitAsync(
            new SubmitRequest { Definition = EngineHarness.Define(definition), Input = JsonSerializer.SerializeToElement("go"), Thread = thread }, Token);
        Assert.True(reply.IsDone, reply.Refusal?.ToString());
        return reply.Value.Id;
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _services.DisposeAsync();
    }
}
