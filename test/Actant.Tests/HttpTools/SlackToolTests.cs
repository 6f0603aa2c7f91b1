using System.Net;
using System.Text.Json;
using Actant.Egress;
using Actant.HttpTools;
using Actant.Secrets;
using Actant.Tests.Tools;
using Actant.Tools;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Actant.Tests.HttpTools;

/// <summary>Against a server that answers as Slack's documentation says that Slack does.</summary>
[Trait("Row", "T3")]
public sealed class SlackToolTests : IAsyncLifetime
{
    private readonly EgressGuard _guard = new(new EgressPolicy { AllowedNetworks = [IPNetwork.Parse("127.0.0.1/32")] });
    private readonly List<(string Path, string? Authorization, JsonElement Body)> _received = [];
    private WebApplication _app = null!;
    private string _answer = """{"ok":true,"channel":"C1","ts":"1503435956.000247","message":{"text":"hi"}}""";
    private int _status = 200;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.MapPost("/{**path}", async context =>
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body);
            _received.Add((context.Request.Path, context.Request.Headers.Authorization, body.RootElement.Clone()));
            if (_status == 0)
            {
                context.Abort();
                return;
            }

            context.Response.StatusCode = _status;
            context.Response.Headers.RetryAfter = _status == 429 ? "17" : default;
            context.Response.ContentType = _answer.StartsWith('{') ? "application/json; charset=utf-8" : "text/html";
            await context.Response.WriteAsync(_answer);
        });
        await _app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _guard.Dispose();
    }

    private string Address => _app.Urls.Single();

    [Fact]
    public async Task Message_WithAToken_GoesToItsChannelAndThread()
    {
        var result = await CallAsync(Token(), """{"channel": "#ops", "text": "Done <https://example.org|here>.", "thread_ts": "1503435956.000001"}""");

        Assert.Equal("""{"ok":true,"channel":"C1","ts":"1503435956.000247"}""", result.Output!.Value.GetRawText());
        var (path, authorization, body) = Assert.Single(_received);
        Assert.Equal(("/api/chat.postMessage", "Bearer xoxb-sesame"), (path, authorization));
        Assert.Equal("""{"channel":"#ops","text":"Done <https://example.org|here>.","thread_ts":"1503435956.000001"}""", body.GetRawText().Replace("\\u003C", "<", StringComparison.Ordinal).Replace("\\u003E", ">", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"channel": "#secret", "text": "x"}""")]
    [InlineData("""{"text": "x"}""")]
    [InlineData("""{"channel": "#ops", "text": ""}""")]
    [InlineData("""{"channel": "#ops", "text": "x", "thread_ts": "now"}""")]
    [InlineData("""{"channel": "#ops", "text": "x", "blocks": []}""")]
    public async Task Message_ThatTheDefinitionDoesNotAllow_IsNotSent(string arguments)
    {
        var result = await CallAsync(Token(), arguments);

        Assert.Equal(("tool_invalid_arguments", true), (result.Failure?.Code, result.DidNotHappen));
        Assert.Empty(_received);
    }

    [Theory]
    [InlineData("false", "&lt;!channel> look")]
    [InlineData("true", "<!channel> look")]
    public async Task Text_ThatCallsEverybody_DoesSoWhereItMay(string broadcast, string text)
    {
        await CallAsync($$"""{"token": "secret://token", "channels": ["C1"], "url": "{{Address}}/api/chat.postMessage", "broadcast": {{broadcast}} }""", """{"text": "<!channel> look"}""");

        Assert.Equal(("C1", text), (_received[0].Body.GetProperty("channel").GetString(), _received[0].Body.GetProperty("text").GetString()));
    }

    [Theory]
    [InlineData("channel_not_found", "slack_refused", false)]
    [InlineData("invalid_auth", "slack_refused", false)]
    [InlineData("service_unavailable", "slack_refused", true)]
    [InlineData("ratelimited", "slack_rate_limited", true)]
    public async Task Answer_ThatIsNotOkWithStatus200_SaysThatNothingWasSent(string error, string code, bool transient)
    {
        _answer = $$"""{"ok":false,"error":"{{error}}"}""";

        var result = await CallAsync(Token(), """{"channel": "#ops", "text": "x"}""");

        Assert.Equal((code, transient, true), (result.Failure?.Code, result.Failure?.Transient, result.DidNotHappen));
    }

    [Fact]
    public async Task Answer_429_IsRepeatedWhenSlackSays()
    {
        _status = 429;

        var result = await CallAsync(Token(), """{"channel": "#ops", "text": "x"}""");

        Assert.Equal(("slack_rate_limited", 17_000L, true), (result.Failure?.Code, result.Failure?.RetryAfterMs, result.DidNotHappen));
    }

    [Theory]
    [InlineData(0, "")]
    [InlineData(500, "oh")]
    [InlineData(504, "oh")]
    [InlineData(200, """{"ok":false,"error":"fatal_error"}""")]
    [InlineData(200, "<html>")]
    public async Task Answer_ThatLeavesItOpen_IsUnknownAndNothingIsSentTwice(int status, string answer)
    {
        (_status, _answer) = (status, answer);

        var result = await CallAsync(Token(), """{"channel": "#ops", "text": "x"}""");

        Assert.Equal(("tool_outcome_unknown", false), (result.Failure?.Code, result.DidNotHappen));
        Assert.Single(_received);
    }

    [Fact]
    public async Task Webhook_IsTheSecretAndItsAddressIsNeverTold()
    {
        _answer = "ok";
        var sent = await CallAsync("""{"webhook": "secret://webhook"}""", """{"text": "hello"}""");
        (_status, _answer) = (404, $"no_service at {Address}/services/T0/B0/sesame");
        var refused = await CallAsync("""{"webhook": "secret://webhook"}""", """{"text": "hello"}""");

        Assert.Null(sent.Failure);
        Assert.Equal("/services/T0/B0/sesame", _received[0].Path);
        Assert.Equal("slack_refused", refused.Failure?.Code);
        Assert.DoesNotContain("sesame", refused.Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Address_ThatTheGuardRefuses_IsNotCalled()
    {
        using var guard = new EgressGuard(new EgressPolicy());

        var result = await CallAsync(Token(), """{"channel": "#ops", "text": "x"}""", guard);

        Assert.Equal(("egress_refused", true), (result.Failure?.Code, result.DidNotHappen));
        Assert.Empty(_received);
    }

    [Theory]
    [InlineData("""{"token": "xoxb-1", "channels": ["C1"]}""", "$.config.token")]
    [InlineData("""{"token": "secret://token"}""", "$.config.channels")]
    [InlineData("""{"token": "secret://token", "webhook": "secret://webhook", "channels": ["C1"]}""", "$.config")]
    [InlineData("""{"webhook": "secret://webhook", "channels": ["C1"]}""", "$.config.webhook")]
    [InlineData("""{"token": "secret://token", "channels": [""]}""", "$.config.channels")]
    [InlineData("""{"token": "secret://token", "channels": ["C1"], "blocks": true}""", "$.config.blocks")]
    public void Definition_Wrong_SaysWhere(string config, string path)
    {
        var type = new SlackToolType(_guard, new EnvironmentSecrets(static _ => null), TimeProvider.System);

        Assert.False(type.TryCreate(new() { Name = "say", Type = "slack", Config = JsonElement.Parse(config) }, out _, out var problems));

        Assert.Contains(path, problems.Select(static problem => problem.Path));
    }

    [Fact]
    public void Definition_ThatCallsIdempotentWhatIsNot_IsRefused()
    {
        var type = new SlackToolType(_guard, new EnvironmentSecrets(static _ => null), TimeProvider.System);

        Assert.False(type.TryCreate(
            new() { Name = "say", Type = "slack", Config = JsonElement.Parse("""{"webhook": "secret://webhook"}"""), SideEffects = ToolClass.Idempotent }, out _, out var problems));

        Assert.Equal("laxer_side_effects", Assert.Single(problems).Code);
    }

    private string Token() => $$"""{"token": "secret://token", "channels": ["#ops", "C2"], "url": "{{Address}}/api/chat.postMessage"}""";

    private async Task<ToolResult> CallAsync(string config, string arguments, EgressGuard? guard = null)
    {
        var secrets = new EnvironmentSecrets(name => name switch
        {
            "ACTANT_SECRET_TOKEN" => "xoxb-sesame",
            "ACTANT_SECRET_WEBHOOK" => $"{Address}/services/T0/B0/sesame",
            _ => null,
        });
        var registry = new ToolRegistry([], [new SlackToolType(guard ?? _guard, secrets, TimeProvider.System)]);
        Assert.True(registry.TryBind(new() { Name = "say", Type = "slack", Config = JsonElement.Parse(config) }, out var tool, out var problems), string.Join(' ', problems));
        return await new ToolGate(TimeProvider.System).InvokeAsync(tool, TestCalls.Of(arguments), null, TestContext.Current.CancellationToken);
    }
}
