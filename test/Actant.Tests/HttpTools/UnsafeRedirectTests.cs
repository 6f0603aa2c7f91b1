using System.Net;
using System.Text.Json;
using Actant.Definitions;
using Actant.Egress;
using Actant.HttpTools;
using Actant.Secrets;
using Actant.Testing;
using Actant.Tests.Egress;
using Actant.Tests.Tools;
using Actant.Tools;

namespace Actant.Tests.HttpTools;

/// <summary>A redirect asks for another request: where a call must be made once, that may only be one that reads.</summary>
[Trait("Row", "X6")]
public sealed class UnsafeRedirectTests : IClassFixture<LocalServer>, IDisposable
{
    private readonly LocalServer _server;
    private readonly EgressGuard _guard = new(
        new EgressPolicy { AllowedNetworks = [IPNetwork.Parse("127.0.0.1/32")] }, new TableResolver().Add("api.test", "127.0.0.1"));

    public UnsafeRedirectTests(LocalServer server) => _server = server;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _guard.Dispose();

    [Theory]
    [InlineData("POST", 307, null, 1)]
    [InlineData("POST", 308, null, 1)]
    [InlineData("PATCH", 301, null, 1)]
    [InlineData("DELETE", 302, ToolClass.Unsafe, 1)]
    [InlineData("GET", 302, ToolClass.Unsafe, 1)]
    [InlineData("POST", 303, null, 2)]
    [InlineData("POST", 302, null, 2)]
    [InlineData("PATCH", 303, null, 2)]
    [InlineData("POST", 307, ToolClass.Idempotent, 2)]
    [InlineData("PUT", 308, null, 2)]
    public async Task HttpTool_Redirected_MakesAnUnsafeCallOnce(string method, int status, ToolClass? stated, int requests)
    {
        var before = _server.Requests;

        var result = await CallAsync(method, stated, $"/redirect/{status}?to=/echo");

        Assert.Equal(before + requests, _server.Requests);
        Assert.Equal(requests == 1 ? HttpErrors.Status : null, result.Failure?.Code);
        Assert.Contains(requests == 1 ? $"status {status}" : "/echo", TestCalls.Show(result), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/status/503")]
    [InlineData("/status/429")]
    [InlineData("/status/404")]
    [InlineData("/abort")]
    public async Task HttpTool_ResultElsewhereCannotBeRead_IsUnknownNotUndone(string to)
    {
        var result = await CallAsync("POST", null, $"/redirect/303?to={to}");

        Assert.Equal(ToolErrors.OutcomeUnknown, result.Failure?.Code);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task HttpTool_AnswerBehindARedirect_DoesNotSayThatTheCallDidNotHappen(int status)
    {
        var result = await CallAsync("POST", ToolClass.Idempotent, $"/redirect/303?to=/status/{status}");

        Assert.Equal((HttpErrors.Status, true, false), (result.Failure!.Code, result.Failure.Transient, result.DidNotHappen));
    }

    [Fact]
    public async Task HttpTool_ResultElsewhereIsOutOfReach_IsUnknownNotUndone()
    {
        var nobody = Uri.EscapeDataString($"http://api.test:{FreePort.Find()}/");

        var result = await CallAsync("POST", null, $"/redirect/303?to={nobody}");

        Assert.Equal(ToolErrors.OutcomeUnknown, result.Failure?.Code);
    }

    [Theory]
    [InlineData("http://10.0.0.1/")]
    [InlineData("http://api.test:1/ x")]
    public async Task Send_RefusedBehindARedirect_SaysThatARequestLeft(string to)
    {
        using var client = new HttpClient(_guard.CreateHandler(new EgressCaller(TenantId.Default, "test")));

        var failure = await Assert.ThrowsAsync<EgressException>(() => client.GetAsync(_server.Url($"/redirect/302?to={Uri.EscapeDataString(to)}"), Stop));

        Assert.True(failure.RequestLeft);
    }

    [Fact]
    public async Task HttpRequest_PostIsSentElsewhere_TheModelIsTold()
    {
        var tool = TestCalls.Bind(new HttpRequestTool(_guard, TimeProvider.System));
        var before = _server.Requests;

        var result = await new ToolGate(TimeProvider.System).InvokeAsync(
            tool, TestCalls.Of($$"""{"url": "{{_server.Url("/redirect/307?to=/echo")}}", "method": "POST"}"""), null, Stop);

        Assert.Equal(307, result.Output?.GetProperty("status_code").GetInt32());
        Assert.Equal("/echo", result.Output?.GetProperty("headers").GetProperty("location").GetString());
        Assert.Equal(before + 1, _server.Requests);
    }

    private async Task<ToolResult> CallAsync(string method, ToolClass? stated, string path)
    {
        var registry = new ToolRegistry([], [new HttpToolType(_guard, new EnvironmentSecrets(static _ => null), TimeProvider.System)]);
        var definition = new ToolDefinition
        {
            Name = "pay",
            Type = "http",
            Config = JsonElement.Parse($$"""{"method": "{{method}}", "url": "{{_server.Url(path)}}"}"""),
            SideEffects = stated,
        };
        Assert.True(registry.TryBind(definition, out var tool, out var problems), string.Join('\n', problems));
        return await new ToolGate(TimeProvider.System).InvokeAsync(tool, TestCalls.Of("{}"), null, Stop);
    }
}
