using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Actant.Access;
using Actant.Agents;
using Actant.Api;
using Actant.CloudEvents;
using Actant.Definitions;
using Actant.Egress;
using Actant.Executions;
using Actant.InMemory;
using Actant.LanguageModels;
using Actant.Outbox;
using Actant.Secrets;
using Actant.Storage;
using Actant.Testing;
using Actant.Tools;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Actant.AspNetCore.Tests;

/// <summary>Kestrel with the whole API, the real engine and a store in memory. Models answer on a clock that stands still.</summary>
public sealed class HttpServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private HttpServer(WebApplication app, string agents, ManualTimeProvider models, ManualTimeProvider beats)
    {
        _app = app;
        AgentFolder = agents;
        ModelClock = models;
        Clock = beats;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public string AgentFolder { get; }

    /// <summary>The clock that slow models wait on.</summary>
    public ManualTimeProvider ModelClock { get; }

    /// <summary>The clock of the HTTP layer: heartbeats, looks into the folder of agents.</summary>
    public ManualTimeProvider Clock { get; }

    public HttpClient Client { get; }

    /// <summary>Everything that is mapped.</summary>
    public IEnumerable<RouteEndpoint> Routes => ((IEndpointRouteBuilder)_app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>();

    public ApiKeys Keys => _app.Services.GetRequiredService<ApiKeys>();

    /// <summary>What counts requests under way.</summary>
    public RequestRoom Room => _app.Services.GetRequiredService<RequestRoom>();

    public EgressGuard Guard => _app.Services.GetRequiredService<EgressGuard>();

    public ActantEngine Engine => _app.Services.GetRequiredService<ActantEngine>();

    /// <param name="store">Where everything is kept; in memory if absent.</param>
    /// <param name="start">Whether it starts.</param>
    /// <param name="streams">How many may read.</param>
    /// <param name="sendBuffer">What the operating system holds of what a reader does not read.</param>
    /// <param name="egress">What is let out; this machine too if absent.</param>
    /// <param name="secrets">Keys of the tenant <c>default</c>.</param>
    /// <param name="bodies">How much of requests may be under way.</param>
    /// <param name="sink">Where the ends of jobs are delivered.</param>
    /// <param name="more">Adds services.</param>
    public static async Task<HttpServer> StartAsync(
        IActantStore? store = null, bool start = true, StreamLimits? streams = null, int? sendBuffer = null, EgressPolicy? egress = null, ISecretSource? secrets = null,
        BodyLimits? bodies = null, string? sink = null, Action<IServiceCollection>? more = null)
    {
        var folder = Directory.CreateTempSubdirectory("actant-agents-").FullName;
        foreach (var (name, text) in TestAgents.Files)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, name), text);
        }

        var models = new ManualTimeProvider();
        var clock = new ManualTimeProvider();
        var builder = WebApplication.CreateSlimBuilder();
        more?.Invoke(builder.Services);
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        if (sendBuffer is { } size)
        {
            // The operating system would take a megabyte for a reader that reads nothing.
            builder.WebHost.UseSockets(sockets => sockets.CreateBoundListenSocket = endPoint =>
            {
                var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endPoint);
                socket.SendBufferSize = size;
                return socket;
            });
        }

        if (streams is not null)
        {
            builder.Services.AddSingleton(streams);
        }

        if (bodies is not null)
        {
            builder.Services.AddSingleton(bodies);
        }

        builder.Services.AddSingleton<TimeProvider>(clock);
        var guard = new EgressGuard(egress ?? new EgressPolicy { AllowPrivateNetworks = true });
        builder.Services.AddSingleton(guard);
        var keys = secrets ?? new EnvironmentSecrets();
        List<IOutboxSender> senders = [.. ((string[])["http", "https"]).Select(scheme => new WebhookSender(scheme, guard, keys, TimeProvider.System))];
        if (sink is not null)
        {
            builder.Services.AddSingleton(new JobSink(SinkSender.Target));
            senders.Add(new SinkSender(new Uri(sink), new ResultEvents(new Uri("tests", UriKind.Relative)), new HttpMessageInvoker(guard.CreateEndpointHandler()), TimeProvider.System));
        }

        var options = new EngineOptions { MaxConcurrentExecutions = 100, ShutdownPatience = TimeSpan.FromMilliseconds(100) };
        options.Deliveries.FirstWait = TimeSpan.FromMilliseconds(10);
        builder.Services.AddSingleton(new ActantEngine(
            store ?? new InMemoryStore(TimeProvider.System, IdGenerator.System),
            new ToolRegistry([]),
            new ModelProviders([new ScriptedModelProvider(models)]),
            options,
            outbox: new OutboxParts(senders, new ExecutionDocument())));
        builder.Services.AddActant();

        // The engine goes by its store's clock, which nobody moves here.
        builder.Services.AddSingleton(provider => new ApiKeys(provider.GetRequiredService<ActantEngine>().Store, clock, IdGenerator.System));
        builder.Services.AddSingleton<IAgentCatalogue>(provider => new FileAgentCatalogue(
            folder, provider.GetRequiredService<ActantEngine>(), clock, NullLogger<FileAgentCatalogue>.Instance));
        var app = builder.Build();
        app.UseActant();
        app.MapActant();
        if (start)
        {
            await app.StartAsync();
        }

        return new HttpServer(app, folder, models, clock);
    }

    public Task StopAsync() => _app.StopAsync();

    public Task<HttpResponseMessage> GetAsync(string path) => Client.GetAsync(path);

    public Task<HttpResponseMessage> PostAsync(string path, string body, string? key = null, string contentType = "application/json") =>
        PostAsync(path, Encoding.UTF8.GetBytes(body), key, contentType);

    public async Task<HttpResponseMessage> PostAsync(string path, byte[] body, string? key = null, string contentType = "application/json")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = contentType.Length == 0 ? null : MediaTypeHeaderValue.Parse(contentType);
        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        }

        return await Client.SendAsync(request);
    }

    public static async Task<JsonElement> JsonAsync(HttpResponseMessage response) =>
        JsonElement.Parse(await response.Content.ReadAsByteArrayAsync());

    public async Task<JsonElement> GetJsonAsync(string path) => await JsonAsync(await GetAsync(path));

    public async Task<JsonElement> PostJsonAsync(string path, string body, string? key = null) => await JsonAsync(await PostAsync(path, body, key));

    /// <summary>Submits and gives the id.</summary>
    public async Task<string> SubmitAsync(string body, string? key = null)
    {
        var response = await PostAsync("/api/v1/executions", body, key);
        Assert.True(response.StatusCode == System.Net.HttpStatusCode.Accepted, await response.Content.ReadAsStringAsync());
        return (await JsonAsync(response)).GetProperty("execution_id").GetString()!;
    }

    /// <summary>Waits, by the engine's own signal, until an execution has ended or asks.</summary>
    public async Task WaitAsync(string id)
    {
        Assert.True(ExecutionId.TryParse(id, out var execution));
        await Engine.For(TenantId.Default).WaitAsync(execution, TestContext.Current.CancellationToken);
    }

    /// <summary>Asserts that an answer is problem details with a status and a code.</summary>
    public static async Task<JsonElement> AssertProblemAsync(HttpResponseMessage response, int status, string code)
    {
        var problem = await JsonAsync(response);
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        Assert.Equal($"urn:actant:problem:{code}", problem.GetProperty("type").GetString());
        Assert.NotEqual("", problem.GetProperty("title").GetString());
        Assert.NotEqual("", problem.GetProperty("detail").GetString());
        return problem;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        Directory.Delete(AgentFolder, recursive: true);
    }
}
