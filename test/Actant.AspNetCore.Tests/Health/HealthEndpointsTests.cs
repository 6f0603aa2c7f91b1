using System.Net;
using Actant.Storage;

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
}
