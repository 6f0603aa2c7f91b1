using System.Net;
using System.Text.Json;
using Actant.Definitions;
using Actant.Egress;
using Actant.HttpTools;
using Actant.Secrets;
using Actant.Testing;
using Actant.Testing.Executions;
using Actant.Tests.Tools;
using Actant.Tools;

namespace Actant.Tests.Egress;

/// <summary>The connection pool repeats what it thinks harmless; what may have an effect leaves once.</summary>
[Trait("Row", "X6")]
public sealed class WriteOnceTests : IAsyncLifetime
{
    private static readonly EgressPolicy s_policy = new() { AllowedNetworks = [IPNetwork.Parse("127.0.0.1/32")] };

    private readonly DroppingService _service = new DroppingService().Start();
    private readonly EgressGuard _guard = new(s_policy);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        _guard.Dispose();
        await _service.DisposeAsync();
    }

    [Theory]
    [InlineData("POST", false)]
    [InlineData("POST", true)]
    [InlineData("PATCH", false)]
    [InlineData("DELETE", false)]
    [InlineData("PUT", false)]
    [InlineData("REPORT", false)]
    public async Task Send_ReusedConnectionBreaks_IsWrittenOnceThroughEveryHandler(string method, bool hasBody)
    {
        using var guarded = new HttpClient(_guard.CreateHandler(new EgressCaller(TenantId.Default, "test")));
        var failure = await DropAsync(guarded, _service);
        Assert.Equal((EgressErrors.Broken, true), (((EgressException)failure).Failure.Code, ((EgressException)failure).RequestLeft));

        await using var vendor = new DroppingService().Start();
        using var endpoint = new HttpClient(_guard.CreateEndpointHandler());
        await DropAsync(endpoint, vendor);

        async Task<HttpRequestException> DropAsync(HttpClient client, DroppingService service)
        {
            await client.GetStringAsync(service.Address, Stop);
            using var request = Request(method, hasBody, service.Address);
            var failed = await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.SendAsync(request, Stop));
            Assert.Equal(["GET /", $"{method} /"], service.Requests.Select(static request => request.Line));
            return failed;
        }
    }

    [Fact]
    public async Task Send_ReadingRequest_IsRepeatedByThePool()
    {
        using var client = new HttpClient(_guard.CreateHandler(new EgressCaller(TenantId.Default, "test")));
        await client.GetStringAsync(_service.Address, Stop);

        Assert.Equal("ok", await client.GetStringAsync(_service.Address, Stop));

        Assert.Equal(3, _service.Requests.Count);
    }

    [Fact]
    public async Task Send_AsksForAGoAhead_IsWrittenOnceAllTheSame()
    {
        using var client = new HttpClient(_guard.CreateEndpointHandler());
        await client.GetStringAsync(_service.Address, Stop);
        using var request = Request("POST", hasBody: false, _service.Address);
        request.Headers.ExpectContinue = true;

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.SendAsync(request, Stop));

        Assert.Equal(2, _service.Requests.Count);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("DELETE")]
    public async Task Send_WithoutABody_SaysSo(string method)
    {
        using var client = new HttpClient(_guard.CreateHandler(new EgressCaller(TenantId.Default, "test")));
        using var request = Request(method, hasBody: false, _service.Address);

        using var response = await client.SendAsync(request, Stop);

        var headers = Assert.Single(_service.Requests).Headers;
        Assert.Contains("Content-Length: 0", headers, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Transfer-Encoding", headers, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("POST", null, ToolErrors.OutcomeUnknown, 2)]
    [InlineData("PATCH", null, ToolErrors.OutcomeUnknown, 2)]
    [InlineData("DELETE", ToolClass.Unsafe, ToolErrors.OutcomeUnknown, 2)]
    [InlineData("GET", ToolClass.Unsafe, ToolErrors.OutcomeUnknown, 2)]
    [InlineData("DELETE", null, ToolErrors.ExecutionFailed, 2)]
    [InlineData("POST", ToolClass.Idempotent, ToolErrors.ExecutionFailed, 2)]
    [InlineData("GET", null, null, 3)]
    public async Task HttpTool_ReusedConnectionBreaks_LeavesTheRestToItsClass(string method, ToolClass? stated, string? code, int requests)
    {
        var tool = Bind(method, stated);
        var gate = new ToolGate(TimeProvider.System);
        await gate.InvokeAsync(tool, TestCalls.Of("{}"), null, Stop);

        var result = await gate.InvokeAsync(tool, TestCalls.Of("{}"), null, Stop);

        Assert.Equal(code, result.Failure?.Code);
        Assert.Equal(requests, _service.Requests.Count);
    }

    [Theory]
    [InlineData("POST", ToolErrors.OutcomeUnknown, 2)]
    [InlineData("PATCH", ToolErrors.OutcomeUnknown, 2)]
    [InlineData("DELETE", EgressErrors.Broken, 2)]
    [InlineData("GET", null, 3)]
    public async Task HttpRequest_ReusedConnectionBreaks_FollowsTheMethod(string method, string? code, int requests)
    {
        var tool = TestCalls.Bind(new HttpRequestTool(_guard, TimeProvider.System));
        var gate = new ToolGate(TimeProvider.System);
        await gate.InvokeAsync(tool, TestCalls.Of($$"""{"url": "{{_service.Address}}"}"""), null, Stop);

        var result = await gate.InvokeAsync(tool, TestCalls.Of($$"""{"url": "{{_service.Address}}", "method": "{{method}}"}"""), null, Stop);

        Assert.Equal(code, result.Failure?.Code);
        Assert.Equal(requests, _service.Requests.Count);
    }

    [Fact]
    public async Task Execution_UnsafeCallIsDropped_AsksInsteadOfRepeating()
    {
        await using var harness = await EngineHarness.StartAsync([Bind("DELETE", ToolClass.Unsafe).Tool]);
        harness.Model.Responds = static call => call.FinishWithCall($"c{call.Messages.Count}", "remove");

        var id = (await harness.SubmitAsync("""
            name: cleaner
            nodes: [{name: main, type: agent, model: {provider: gated, model_name: any}, tools: [remove]}]
            """)).Id;
        var result = await harness.WaitAsync(id);

        Assert.Equal(ExecutionStatus.Interrupted, result.Record.Status);
        Assert.Equal("tool_outcome_unknown", Assert.Single(result.Interrupts).Reason);
        Assert.Equal(2, _service.Requests.Count);
    }

    private BoundTool Bind(string method, ToolClass? stated)
    {
        var registry = new ToolRegistry([], [new HttpToolType(_guard, new EnvironmentSecrets(static _ => null), TimeProvider.System)]);
        var definition = new ToolDefinition
        {
            Name = "remove",
            Type = "http",
            Config = JsonElement.Parse($$"""{"method": "{{method}}", "url": "{{_service.Address}}"}"""),
            SideEffects = stated,
        };
        Assert.True(registry.TryBind(definition, out var tool, out var problems), string.Join('\n', problems));
        return tool;
    }

    private static HttpRequestMessage Request(string method, bool hasBody, Uri address) =>
        new(new HttpMethod(method), address) { Content = hasBody ? new StringContent("text") : null };
}
