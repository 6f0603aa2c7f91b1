using System.Diagnostics;
using System.Text.Json;
using Actant.InMemory;
using Actant.Testing;
using Actant.Testing.Executions;
using StackExchange.Redis;

namespace Actant.Redis.Tests;

/// <summary>What executions do, on a real Redis.</summary>
[Trait("Row", "I4")]
public sealed class RedisStreamTests
{
    private const string Talker = "name: talker\nmodel: {provider: gated, model_name: any}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Channel_RunWithTwoTools_HasItsEventsInOrder()
    {
        await using var redis = await RedisServer.StartAsync("--requirepass", "secret");
        var (pure, effect) = (new GatedTool("look", ToolClass.Pure), new GatedTool("write"));
        await using var server = await StreamServer.StartAsync($"{redis.Address},password=secret", tools: [pure, effect]);
        await using var subscriber = await Subscriber.StartAsync($"{redis.Address},password=secret", "langgraph:stream:t");
        await server.SubmitAsync($"{Talker}\ntools: [look, write]", "t");

        var call = await server.Model.Calls.NextAsync();
        call.Say("Let me ");
        Assert.Equal("Let me ", Data(await subscriber.NextAsync(), "on_llm_stream").GetProperty("cumulative_text").GetString());
        call.Say("see.");
        call.Demand("a", "look", ("x", 1));
        call.Finish();
        var second = Data(await subscriber.NextAsync(), "on_llm_stream");
        Assert.Equal(("see.", "Let me see."), (second.GetProperty("token").GetString(), second.GetProperty("cumulative_text").GetString()));

        // A pure tool is seen while it works, though nothing is stored of its beginning.
        var start = Data(await subscriber.NextAsync(), "on_tool_start");
        var callId = start.GetProperty("call_id").GetString();
        Assert.Equal($$"""{"tool_name":"look","tool_input":{"x":1},"call_id":"{{callId}}"}""", start.GetRawText());
        (await pure.Calls.NextAsync()).Succeed("seen");
        Assert.Equal($$"""{"tool_name":"look","tool_output":"seen","call_id":"{{callId}}"}""", Data(await subscriber.NextAsync(), "on_tool_end").GetRawText());

        (await server.Model.Calls.NextAsync()).FinishWithCall("b", "write");
        Assert.Equal("write", Data(await subscriber.NextAsync(), "on_tool_start").GetProperty("tool_name").GetString());
        (await effect.Calls.NextAsync()).Fail("broken");
        var failed = Data(await subscriber.NextAsync(), "on_tool_end");
        Assert.Equal((JsonValueKind.Null, "broken"), (failed.GetProperty("tool_output").ValueKind, failed.GetProperty("error").GetProperty("code").GetString()));

        (await server.Model.Calls.NextAsync()).Finish("Done.");
        Assert.Equal("Done.", Data(await subscriber.NextAsync(), "on_llm_stream").GetProperty("token").GetString());
        var end = Data(await subscriber.NextAsync(), "end");
        Assert.Equal(("Done.", "completed"), (end.GetProperty("final_result").GetString(), end.GetProperty("status").GetString()));
        Assert.Equal(0, server.Errors);
    }

    [Fact]
    public async Task Channel_FailedRun_EndsWithStatusAndError()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var server = await StreamServer.StartAsync(redis.Address);
        await using var subscriber = await Subscriber.StartAsync(redis.Address, "langgraph:stream:t");
        await server.SubmitAsync(Talker, "t");

        (await server.Model.Calls.NextAsync()).Fail("model_rejected", transient: false);
        var end = Data(await subscriber.NextAsync(), "end");

        Assert.Equal((JsonValueKind.Null, "failed", "model_rejected"), (
            end.GetProperty("final_result").ValueKind, end.GetProperty("status").GetString(), end.GetProperty("error").GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Channel_CancelledRun_EndsWithStatusAndError()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var server = await StreamServer.StartAsync(redis.Address);
        await using var subscriber = await Subscriber.StartAsync(redis.Address, "langgraph:stream:t");
        var id = await server.SubmitAsync(Talker, "t");
        await server.Model.Calls.NextAsync();

        await server.Engine.For(TenantId.Default).CancelAsync(id, "enough", Token);
        var end = Data(await subscriber.NextAsync(), "end");

        Assert.Equal((JsonValueKind.Null, "cancelled", "execution_cancelled"), (
            end.GetProperty("final_result").ValueKind, end.GetProperty("status").GetString(), end.GetProperty("error").GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Channel_AnswerBeginsAgain_RepeatsOnlyTheNewOne()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var server = await StreamServer.StartAsync(redis.Address);
        await using var subscriber = await Subscriber.StartAsync(redis.Address, "langgraph:stream:t");
        await server.SubmitAsync(Talker, "t");

        var first = await server.Model.Calls.NextAsync();
        first.Say("void");
        await subscriber.NextAsync();
        first.Fail("model_unavailable");
        (await server.Model.Calls.NextAsync()).Finish("new");

        Assert.Equal("""{"token":"new","cumulative_text":"new"}""", Data(await subscriber.NextAsync(), "on_llm_stream").GetRawText());
    }

    [Fact]
    public async Task Channel_SameThreadOfTwoTenants_IsNotTheSame()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var server = await StreamServer.StartAsync(redis.Address);
        await using var others = await Subscriber.StartAsync(redis.Address, "langgraph:tenant:acme:stream:t");
        await using var mine = await Subscriber.StartAsync(redis.Address, "langgraph:stream:t");

        await server.SubmitAsync(Talker, "t", "acme");
        (await server.Model.Calls.NextAsync()).Finish("theirs");
        await others.UntilEndAsync();
        await server.SubmitAsync(Talker, "t");
        (await server.Model.Calls.NextAsync()).Finish("mine");

        Assert.Equal("mine", Data(await mine.NextAsync(), "on_llm_stream").GetProperty("token").GetString());
    }

    [Fact]
    public async Task Server_KilledInTheMiddleAndStartedAgain_ExecutionGoesOnAndTheEndArrives()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var server = await StreamServer.StartAsync(redis.Address);
        await using var before = await Subscriber.StartAsync(redis.Address, "langgraph:stream:t");
        var id = await server.SubmitAsync(Talker, "t");
        var call = await server.Model.Calls.NextAsync();
        call.Say("one ");
        await before.NextAsync();

        await redis.KillAsync();
        call.Say("two ");
        call.Finish("three");
        var result = await server.Engine.For(TenantId.Default).WaitAsync(id, Token).WaitAsync(TimeSpan.FromSeconds(10), Token);
        await redis.StartAgainAsync();

        // Who comes back later than the server's first moments is told the end all the same: it was not there before.
        var end = (await before.UntilEndAsync())[^1];
        Assert.Equal(ExecutionStatus.Completed, result.Record.Status);
        Assert.Equal("one two three", end.GetProperty("data").GetProperty("final_result").GetString());
        Assert.True(server.Errors > 0);
    }

    [Fact]
    public async Task Server_AwayWithoutRoomForWhatIsSaid_CostsTheMiddleAndNotTheEnd()
    {
        var port = FreePort.Find();
        await using var server = await StreamServer.StartAsync($"127.0.0.1:{port}", bufferBytes: 64 * 1024);
        var id = await server.SubmitAsync(Talker, "t");
        var call = await server.Model.Calls.NextAsync();
        for (var i = 0; i < 100; i++)
        {
            call.Say(new string('x', 1000));
        }

        call.Finish();
        var took = Stopwatch.StartNew();
        var result = await server.Engine.For(TenantId.Default).WaitAsync(id, Token).WaitAsync(TimeSpan.FromSeconds(10), Token);

        Assert.Equal(100_000, result.Response!.Length);
        Assert.InRange(took.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.True(server.Errors > 50, $"{server.Errors} errors");
        Assert.InRange(server.Log.Written.Count(static line => line.Text.Contains("Redis did not take", StringComparison.Ordinal)), 1, 2);
    }

    [Fact]
    public async Task Node_DiedWithAnEndThatIsNotPublished_AnotherOnePublishesIt()
    {
        await using var store = new InMemoryStore(TimeProvider.System, IdGenerator.System);
        await using var redis = await RedisServer.StartAsync();
        await using var subscriber = await Subscriber.StartAsync(redis.Address, "langgraph:stream:t");
        await using (var server = await StreamServer.StartAsync($"127.0.0.1:{FreePort.Find()}", store))
        {
            var id = await server.SubmitAsync(Talker, "t");
            (await server.Model.Calls.NextAsync()).Finish("said");
            await server.Engine.For(TenantId.Default).WaitAsync(id, Token).WaitAsync(TimeSpan.FromSeconds(10), Token);
        }

        await using var next = await StreamServer.StartAsync(redis.Address, store);

        Assert.Equal("said", Data(await subscriber.NextAsync(), "end").GetProperty("final_result").GetString());
    }

    [Fact]
    public async Task Ready_RedisComesAndGoes_SaysSo()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var server = await StreamServer.StartAsync(redis.Address);
        await UntilAsync(async () => await server.Streams.CheckAsync(Token) == "ok");

        await redis.KillAsync();
        await UntilAsync(async () => await server.Streams.CheckAsync(Token) == "no connection");
        await redis.StartAgainAsync();

        await UntilAsync(async () => await server.Streams.CheckAsync(Token) == "ok");
        Assert.True(server.Streams.IsBroker);
    }

    [Fact]
    public async Task OfficialClient_OfNode_HearsTheSame()
    {
        var packages = new NodePackages("Subscriber", "redis");
        var whyNot = await packages.InstallAsync();
        Assert.SkipWhen(whyNot is not null, whyNot ?? "");
        await using var redis = await RedisServer.StartAsync();
        var (one, two) = (new GatedTool("one", ToolClass.Pure) { Responds = static call => call.Succeed("1") }, new GatedTool("two") { Responds = static call => call.Succeed("2") });
        await using var server = await StreamServer.StartAsync(redis.Address, tools: [one, two]);
        var hearing = packages.RunAsync("node", ["subscribe.mjs", $"redis://{redis.Address}", "langgraph:stream:t", "2"]);
        await using var probe = await ConnectionMultiplexer.ConnectAsync(redis.Address);
        await UntilAsync(async () => await probe.GetServer(redis.Address).SubscriptionSubscriberCountAsync(RedisChannel.Literal("langgraph:stream:t")) > 0);

        server.Model.Responds = static call =>
        {
            switch (call.Messages.Count(static message => message.Role == Microsoft.Extensions.AI.ChatRole.Assistant))
            {
                case 0:
                    call.Say("Let me look.");
                    call.FinishWithCall("a", "one");
                    break;
                case 1:
                    call.FinishWithCall("b", "two");
                    break;
                case 2:
                    call.Finish("1 and 2");
                    break;
                default:
                    call.Fail("model_rejected", transient: false);
                    break;
            }
        };
        await server.Engine.For(TenantId.Default).WaitAsync(await server.SubmitAsync($"{Talker}\ntools: [one, two]", "t"), Token);
        await server.SubmitAsync($"{Talker}\ntools: [one, two]", "t");
        var (code, output) = await hearing;

        Assert.True(code == 0, output);
        var kinds = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(static line => JsonElement.Parse(line).GetProperty("event_type").GetString());
        Assert.Equal(["on_llm_stream", "on_tool_start", "on_tool_end", "on_tool_start", "on_tool_end", "on_llm_stream", "end", "end"], kinds);
    }

    [Fact]
    [Trait("Row", "S7")]
    public async Task Password_Changed_CountsWithTheNextConnection()
    {
        await using var redis = await RedisServer.StartAsync("--requirepass", "first");
        var password = "first";
        await using var streams = new RedisStreams(
            new RedisStreamOptions { Client = ConfigurationOptions.Parse($"{redis.Address},password=old"), PasswordSource = () => password },
            static () => new System.Diagnostics.Metrics.Meter("test"), TimeProvider.System, new LogLines());
        await UntilAsync(async () => await streams.CheckAsync(Token) == "ok");

        await using (var operations = await ConnectionMultiplexer.ConnectAsync($"{redis.Address},password=first,allowAdmin=true"))
        {
            await operations.GetServer(redis.Address).ConfigSetAsync("requirepass", "second");
            password = "second";
            await operations.GetServer(redis.Address).ExecuteAsync("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
        }

        await Task.Delay(500, Token);
        await UntilAsync(async () => await streams.CheckAsync(Token) == "ok");
    }

    [Theory]
    [InlineData("")]
    public void Options_WithoutAServer_AreRefused(string text) => Assert.Throws<ArgumentException>(
        () => RedisStreamOptions.Check(new RedisStreamOptions { Client = ConfigurationOptions.Parse(text) }));

    private static JsonElement Data(JsonElement message, string kind)
    {
        Assert.Equal(kind, message.GetProperty("event_type").GetString());
        return message.GetProperty("data");
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        for (var started = Stopwatch.StartNew(); !await isSo();)
        {
            Assert.True(started.Elapsed < TimeSpan.FromSeconds(30), "It did not become so.");
            await Task.Delay(20, Token);
        }
    }
}
