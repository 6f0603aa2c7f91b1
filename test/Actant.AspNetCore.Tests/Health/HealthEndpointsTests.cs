using System.Net;
using Actant.Hosting;
using Actant.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Actant.AspNetCore.Tests.Health;

[Trait("Row", "O1")]
public sealed class HealthEndpointsTests
{
    [Theory]
    [InlineData("/health", "healthy")]
    [InlineData("/api/health", "healthy")]
    [InlineData("/ready", "ready")]
    [InlineData("/api/health/ready", "ready")]
    public async Task Get_AllIsWell_SaysSo(string path, string status)
    {
        await using var server = await HttpServer.StartAsync();

        var response = await server.GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(status, (await HttpServer.JsonAsync(response)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Ready_StoreIsAway_SaysWhy()
    {
        var faults = new StoreFaults();
        await using var server = await HttpServer.StartAsync(faults.Store);
        faults.Fault = method => method.Name == nameof(IActantStore.PingAsync) ? new StoreUnavailableException("away") : null;

        var response = await server.GetAsync("/ready");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        var body = await HttpServer.JsonAsync(response);
        Assert.Equal("not_ready", body.GetProperty("status").GetString());
        Assert.StartsWith("fails", body.GetProperty("checks").GetProperty("store").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/health")).StatusCode);
    }

    [Fact]
    public async Task Ready_StoreKnowsTheRemedy_SaysIt()
    {
        var faults = new StoreFaults();
        await using var server = await HttpServer.StartAsync(faults.Store);
        faults.Fault = method =>
            method.Name == nameof(IActantStore.PingAsync) ? new StoreUnavailableException("at /a/path") { Remedy = "the disk is full: make room" } : null;

        var body = await HttpServer.JsonAsync(await server.GetAsync("/ready"));

        Assert.Equal("the disk is full: make room", body.GetProperty("checks").GetProperty("store").GetString());
    }

    [Fact]
    public async Task Ready_EngineHasStopped_SaysWhy()
    {
        await using var server = await HttpServer.StartAsync();
        await server.Engine.StopAsync(CancellationToken.None);

        var response = await server.GetAsync("/ready");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.NotEqual("ok", (await HttpServer.JsonAsync(response)).GetProperty("checks").GetProperty("engine").GetString());
    }

    [Theory]
    [InlineData(true, false, "ok", "ready", HttpStatusCode.OK)]
    [InlineData(true, false, "no connection", "degraded", HttpStatusCode.OK)]
    [InlineData(true, true, "no connection", "not_ready", HttpStatusCode.ServiceUnavailable)]
    [InlineData(false, false, "no connection", "not_ready", HttpStatusCode.ServiceUnavailable)]
    [InlineData(true, false, null, "degraded", HttpStatusCode.OK)]
    public async Task Ready_SomethingElseIsAway_IsLessThanReadyWhereItIsNeeded(bool isBroker, bool isRequired, string? state, string status, HttpStatusCode code)
    {
        await using var server = await HttpServer.StartAsync(more: services => services.AddSingleton<IReadyCheck>(new Other(isBroker, state))
            .Configure<ReadyOptions>(options => options.RequireBrokers = isRequired));

        var response = await server.GetAsync("/ready");

        var body = await HttpServer.JsonAsync(response);
        Assert.Equal((code, status), (response.StatusCode, body.GetProperty("status").GetString()));
        Assert.Equal(state ?? "fails (InvalidOperationException)", body.GetProperty("checks").GetProperty("other").GetString());
    }

    private sealed class Other(bool isBroker, string? state) : IReadyCheck
    {
        public string Name => "other";

        public bool IsBroker => isBroker;

        public ValueTask<string> CheckAsync(CancellationToken cancellationToken) => new(state ?? throw new InvalidOperationException("with an address in it"));
    }
}
