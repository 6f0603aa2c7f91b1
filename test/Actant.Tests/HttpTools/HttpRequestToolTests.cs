using System.Net;
using System.Text.Json;
using Actant.Definitions;
using Actant.Egress;
using Actant.HttpTools;
using Actant.Testing;
using Actant.Tests.Egress;
using Actant.Tests.Tools;
using Actant.Tools;

namespace Actant.Tests.HttpTools;

[Trait("Row", "T2")]
public sealed class HttpRequestToolTests : IClassFixture<LocalServer>, IDisposable
{
    private readonly LocalServer _server;
    private readonly AuditList _audit = new();
    private readonly EgressGuard _guard;

    public HttpRequestToolTests(LocalServer server)
    {
        _server = server;
        _guard = new EgressGuard(
            new EgressPolicy { AllowedNetworks = [IPNetwork.Parse("127.0.0.1/32")], MaxResponseBytes = 100_000 },
            new TableResolver().Add("api.test", "127.0.0.1"),
            _audit);
    }

    public void Dispose() => _guard.Dispose();

    [Fact]
    public async Task Get_Json_GivesStatusHeadersUrlAndJson()
    {
        var output = await CallAsync($$"""{"url": "{{_server.Url("/json")}}"}""");

        Assert.Equal(200, output.GetProperty("status_code").GetInt32());
        Assert.Equal(_server.Url("/json"), output.GetProperty("url").GetString());
        Assert.Equal("application/json", output.GetProperty("headers").GetProperty("content-type").GetString());
        Assert.Equal(7, output.GetProperty("json").GetProperty("data").GetProperty("a~b").GetInt32());
        Assert.True(output.GetProperty("elapsed_ms").GetInt64() >= 0);
    }

    [Fact]
    public async Task Request_AllParts_ArriveAsWritten()
    {
        var echo = (await CallAsync($$"""
            {"method": "PUT", "url": "{{_server.Url("/echo/a%2Fb?x=1#part")}}", "headers": {"X-Trace": "t1", "Content-Type": "application/vnd.x+json"},
             "params": {"q": "a&b=c", "n": 1.50, "on": true, "list": ["é", 2]}, "json": {"k": [1, "<"]} }
            """)).GetProperty("json");

        Assert.Equal("PUT", echo.GetProperty("method").GetString());
        Assert.Equal("/echo/a%2Fb?x=1&q=a%26b%3Dc&n=1.50&on=true&list=%C3%A9&list=2", echo.GetProperty("target").GetString());
        Assert.Equal("""{"k": [1, "<"]}""", echo.GetProperty("body").GetString());
        Assert.Equal("t1", echo.GetProperty("headers").GetProperty("x-trace").GetString());
        Assert.Equal("application/vnd.x+json", echo.GetProperty("headers").GetProperty("content-type").GetString());
    }

    [Theory]
    [InlineData("""{"a": "x y", "b": 1}""", "a=x+y&b=1", "application/x-www-form-urlencoded")]
    [InlineData("\"plain é\"", "plain é", "text/plain; charset=utf-8")]
    public async Task Data_FormOrText_IsTheBody(string data, string body, string contentType)
    {
        var echo = (await CallAsync($$"""{"method": "POST", "url": "{{_server.Url("/echo")}}", "data": {{data}} }""")).GetProperty("json");

        Assert.Equal(body, echo.GetProperty("body").GetString());
        Assert.Equal(contentType, echo.GetProperty("headers").GetProperty("content-type").GetString());
    }

    [Theory]
    [InlineData("POST", "key")]
    [InlineData("PUT", "key")]
    [InlineData("DELETE", "key")]
    [InlineData("GET", null)]
    [InlineData("OPTIONS", null)]
    [Trait("Row", "X11")]
    public async Task Request_ThatChangesSomething_CarriesTheIdempotencyKey(string method, string? key)
    {
        var echo = (await CallAsync($$"""{"method": "{{method}}", "url": "{{_server.Url("/echo")}}"}""")).GetProperty("json");

        Assert.Equal(key, echo.GetProperty("headers").TryGetProperty("idempotency-key", out var sent) ? sent.GetString() : null);
    }

    [Fact]
    public async Task Answer_Binary_IsDescribed()
    {
        var binary = (await CallAsync($$"""{"url": "{{_server.Url("/binary")}}"}""")).GetProperty("binary");

        Assert.Equal("image/png", binary.GetProperty("content_type").GetString());
        Assert.Equal(4, binary.GetProperty("bytes").GetInt32());
        Assert.Equal(64, binary.GetProperty("sha256").GetString()!.Length);
    }

    [Fact]
    public async Task Answer_OtherCharset_IsDecoded() =>
        Assert.Equal("café", (await CallAsync($$"""{"url": "{{_server.Url("/latin")}}"}""")).GetProperty("body").GetString());

    [Fact]
    public async Task Answer_Cookies_AreLeftOut() =>
        Assert.DoesNotContain("hidden", (await CallAsync($$"""{"url": "{{_server.Url("/cookie")}}"}""")).GetRawText(), StringComparison.Ordinal);

    [Fact]
    public async Task Answer_ErrorStatus_IsAnAnswer() =>
        Assert.Equal(503, (await CallAsync($$"""{"url": "{{_server.Url("/status/503")}}"}""")).GetProperty("status_code").GetInt32());

    [Fact]
    public async Task Redirect_NotFollowed_IsTheAnswer()
    {
        var output = await CallAsync($$"""{"url": "{{_server.Url("/again?n=1")}}", "follow_redirects": false}""");

        Assert.Equal(302, output.GetProperty("status_code").GetInt32());
        Assert.Equal("/again?n=0", output.GetProperty("headers").GetProperty("location").GetString());
    }

    [Fact]
    public async Task Redirect_Followed_TellsTheLastUrl() =>
        Assert.Equal(_server.Url("/again?n=0"), (await CallAsync($$"""{"url": "{{_server.Url("/again?n=2")}}"}""")).GetProperty("url").GetString());

    [Theory]
    [InlineData("\"url\": \"http://169.254.169.254/\"", EgressErrors.Refused)]
    [InlineData("\"url\": \"http://localhost:1/\"", EgressErrors.Unreachable)]
    [InlineData("\"url\": \"BASE/again?n=3\", \"max_redirects\": 2", EgressErrors.TooManyRedirects)]
    [InlineData("\"url\": \"BASE/big?bytes=100001\"", EgressErrors.ResponseTooLarge)]
    [InlineData("\"url\": \"BASE/bomb?bytes=1000000\"", EgressErrors.ResponseTooLarge)]
    [InlineData("\"url\": \"BASE/echo\", \"verify_ssl\": false", EgressErrors.Refused)]
    [InlineData("\"url\": \"BASE/abort\"", EgressErrors.Broken)]
    [InlineData("\"url\": \"BASE/abort\", \"method\": \"POST\"", ToolErrors.OutcomeUnknown)]
    [InlineData("\"url\": \"http://169.254.169.254/\", \"method\": \"POST\"", EgressErrors.Refused)]
    [InlineData("\"url\": \"/relative\"", EgressErrors.InvalidUrl)]
    [InlineData("\"url\": \"relative\"", ToolErrors.InvalidArguments)]
    [InlineData("\"url\": \"BASE/\", \"method\": \"TRACE\"", ToolErrors.InvalidArguments)]
    [InlineData("\"url\": \"BASE/\", \"headers\": {\"X\": \"a\\r\\nHost: b\"}", ToolErrors.InvalidArguments)]
    [InlineData("\"url\": \"BASE/\", \"headers\": {\"X\\r\\nY\": \"a\"}", ToolErrors.InvalidArguments)]
    [InlineData("\"url\": \"BASE/\", \"headers\": {\"Host\": \"internal\"}", ToolErrors.InvalidArguments)]
    [InlineData("\"url\": \"BASE/\", \"headers\": {\"transfer-encoding\": \"chunked\"}", ToolErrors.InvalidArguments)]
    [InlineData("\"url\": \"BASE/\", \"data\": \"a\", \"json\": 1", ToolErrors.InvalidArguments)]
    [InlineData("\"url\": \"BASE/\", \"timeout\": 0", ToolErrors.InvalidArguments)]
    [InlineData("\"url\": \"BASE/\", \"max_redirects\": 21", ToolErrors.InvalidArguments)]
    public async Task Call_ThatCannotBe_SaysWhyWithACode(string arguments, string code)
    {
        var result = await ResultAsync($"{{{arguments.Replace("BASE", _server.Url(""), StringComparison.Ordinal)}}}");

        Assert.Equal(code, result.Failure?.Code);
    }

    [Theory]
    [InlineData("GET", EgressErrors.TimedOut)]
    [InlineData("POST", ToolErrors.OutcomeUnknown)]
    public async Task Call_NoAnswerInTime_IsUnknownOnlyIfItMayHaveChangedSomething(string method, string code)
    {
        var clock = new ManualTimeProvider();
        await using var server = new LocalServer();
        await server.InitializeAsync();
        var tool = TestCalls.Bind(new HttpRequestTool(_guard, clock));
        var calling = new ToolGate(clock).InvokeAsync(tool, TestCalls.Of($$"""{"method": "{{method}}", "url": "{{server.Url("/hang")}}", "timeout": 2}"""), null, default).AsTask();
        await server.Hanging.Task.WaitAsync(TestContext.Current.CancellationToken);

        clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(code, (await calling).Failure?.Code);
    }

    [Theory]
    [InlineData("""{"methods": ["GET", "HEAD"]}""", ToolClass.Idempotent)]
    [InlineData("""{"methods": ["PUT"]}""", ToolClass.Idempotent)]
    [InlineData("""{"methods": ["get", "POST"]}""", ToolClass.Unsafe)]
    [InlineData("{}", ToolClass.Unsafe)]
    public void Class_ByMethods_IsIdempotentWithoutPostAndPatch(string config, ToolClass expected)
    {
        var bound = TestCalls.Bind(new HttpRequestTool(_guard, TimeProvider.System), Definition(config));

        Assert.Equal(expected, bound.Class);
    }

    [Fact]
    public async Task Config_MethodsAndDomains_BoundTheCalls()
    {
        var bound = TestCalls.Bind(new HttpRequestTool(_guard, TimeProvider.System), Definition("""{"methods": ["GET"], "allowed_domains": ["*.example.com"]}"""));
        var gate = new ToolGate(TimeProvider.System);

        Assert.Equal(ToolErrors.InvalidArguments, (await gate.InvokeAsync(bound, TestCalls.Of($$"""{"method": "POST", "url": "{{_server.Url("/echo")}}"}"""), null, default)).Failure?.Code);
        Assert.Equal(EgressErrors.Refused, (await gate.InvokeAsync(bound, TestCalls.Of($$"""{"url": "{{_server.Url("/echo")}}"}"""), null, default)).Failure?.Code);
    }

    [Theory]
    [InlineData("""{"methods": ["TRACE"]}""", "$.config.methods", DefinitionErrors.UnknownValue)]
    [InlineData("""{"methods": "GET"}""", "$.config.methods", DefinitionErrors.WrongType)]
    [InlineData("""{"allowed_domains": ["http://x"]}""", "$.config.allowed_domains", DefinitionErrors.UnknownValue)]
    [InlineData("""{"domains": []}""", "$.config.domains", DefinitionErrors.UnknownField)]
    public void Config_Wrong_IsReportedWithItsPath(string config, string path, string code)
    {
        var registry = new ToolRegistry([new HttpRequestTool(_guard, TimeProvider.System)]);

        Assert.False(registry.TryBind(Definition(config), out _, out var problems));

        Assert.Contains(problems, problem => problem.Path == path && problem.Code == code);
    }

    private static ToolDefinition Definition(string config) => new() { Name = "http_request", Type = "builtin", Config = JsonElement.Parse(config) };

    private async Task<JsonElement> CallAsync(string arguments)
    {
        var result = await ResultAsync(arguments);
        return result.Output ?? throw new InvalidOperationException($"{result.Failure!.Code}: {result.Failure.Message}");
    }

    private async Task<ToolResult> ResultAsync(string arguments) =>
        await new ToolGate(TimeProvider.System).InvokeAsync(TestCalls.Bind(new HttpRequestTool(_guard, TimeProvider.System)), TestCalls.Of(arguments), null, TestContext.Current.CancellationToken);
}
