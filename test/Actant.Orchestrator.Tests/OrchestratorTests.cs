using System.Globalization;
using System.Text.Json;
using Actant.Access;
using Actant.Executions;
using Actant.LanguageModels;
using Actant.Testing;
using Actant.Testing.Executions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Actant.Orchestrator.Tests;

[Trait("Row", "I9")]
public sealed class OrchestratorTests : IAsyncLifetime
{
    private const string Talker = "name: talker\nmodel: {provider: gated, model_name: any}";
    private const string Asker = "name: asker\nnodes: [{name: ask, type: human, prompt: Sure?}]";

    private readonly int _port = FreePort.Find();
    private readonly GatedModel _model = new();
    private readonly GatedTool _tool = new("look", ToolClass.Pure);
    private readonly LogLines _log = new();
    private ServiceProvider? _services;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ExecutionClient Client => _services!.GetRequiredService<ActantEngine>().For(TenantId.Default);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_services is not null)
        {
            await _services.DisposeAsync();
        }
    }

    [Fact]
    public async Task Events_OfARun_ComeInOrderInTheEnvelope()
    {
        await using var server = new OrchestratorServer(_port, "secret");
        await server.StartAsync();
        await StartAsync(token: "secret");
        var id = await SubmitAsync($"{Talker}\ntools: [look]", new() { ["global_task_id"] = "g-1" });
        var call = await _model.Calls.NextAsync();
        call.Say("Hm.");
        call.FinishWithCall("a", "look");
        (await _tool.Calls.NextAsync()).Succeed("seen");
        (await _model.Calls.NextAsync()).Finish("So.");

        var all = new List<JsonElement>();
        do
        {
            all.Add(await server.NextAsync());
        }
        while (all[^1].GetProperty("event").GetString() != "agent_execution_completed");

        Assert.Equal(
            [
                "agent_execution_started", "agent_response_token Hm. False", "agent_response_token  True", "tool_call_requested", "agent_execution_progress",
                "agent_response_token So. False", "agent_response_token  True", "agent_execution_completed",
            ],
            all.Select(static message => message.GetProperty("event").GetString() + (message.GetProperty("data").TryGetProperty("token", out var token)
                ? $" {token.GetString()} {message.GetProperty("data").GetProperty("is_final").GetBoolean()}" : "")));
        Assert.All(all, message =>
        {
            Assert.Equal(["event", "service", "task_id", "global_task_id", "tenant_id", "timestamp", "data"], message.EnumerateObject().Select(static field => field.Name));
            Assert.Equal(("agent-execution", id.ToString(), "g-1", "default"), (
                message.GetProperty("service").GetString(), message.GetProperty("task_id").GetString(), message.GetProperty("global_task_id").GetString(), message.GetProperty("tenant_id").GetString()));
            Assert.True(DateTime.TryParseExact(message.GetProperty("timestamp").GetString(), "yyyy-MM-dd'T'HH:mm:ss.ffffff", CultureInfo.InvariantCulture, DateTimeStyles.None, out _));
        });
        Assert.Equal("So.", all[^1].GetProperty("data").GetProperty("response").GetString());
    }

    [Fact]
    public async Task Server_KilledAndBack_HearsWhatWaitedInOrder()
    {
        await using var server = new OrchestratorServer(_port);
        await server.StartAsync();
        await StartAsync();
        await SubmitAsync(Talker);
        var call = await _model.Calls.NextAsync();
        call.Say("one ");
        Assert.Equal("one ", (await server.NextAsync("agent_response_token")).GetProperty("data").GetProperty("token").GetString());

        await server.KillAsync();
        await UntilAsync(() => _services!.GetRequiredService<OrchestratorNotifier>().CheckAsync(Token).AsTask().ContinueWith(static state => state.Result != "ok", TaskScheduler.Default));
        call.Say("two ");
        call.Finish("three");
        await server.StartAsync();

        var heard = "";
        JsonElement message;
        do
        {
            message = await server.NextAsync();
            heard += message.GetProperty("data").TryGetProperty("token", out var token) ? token.GetString() : "";
        }
        while (message.GetProperty("event").GetString() != "agent_execution_completed");

        // What was being sent when the connection broke is sent again.
        Assert.True(heard is "two three" or "one two three", heard);
    }

    [Fact]
    public async Task Token_Wrong_IsSaidAndHarmsNothing()
    {
        await using var server = new OrchestratorServer(_port, "secret");
        await server.StartAsync();
        await StartAsync(token: "wrong");
        var id = await SubmitAsync(Talker);
        (await _model.Calls.NextAsync()).Finish("said");

        Assert.Equal("said", (await Client.WaitAsync(id, Token).WaitAsync(TimeSpan.FromSeconds(10), Token)).Response);
        await UntilAsync(async () => await _services!.GetRequiredService<OrchestratorNotifier>().CheckAsync(Token) == "the token is refused");
        Assert.True(server.Refused > 0);
        Assert.Contains(_log.Written, static line => line.Text.Contains("the token is refused", StringComparison.Ordinal));
        Assert.DoesNotContain(_log.Written, static line => line.Text.Contains("wrong", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Commands_CancelResumeSubscribe_AreCarriedOut()
    {
        await using var server = new OrchestratorServer(_port);
        await server.StartAsync();
        await StartAsync();

        var asked = await SubmitAsync(Asker);
        var question = (await server.NextAsync("agent_execution_progress")).GetProperty("data");
        Assert.Equal(("interrupted", "Sure?"), (question.GetProperty("status").GetString(), question.GetProperty("prompt").GetString()));
        await server.SendAsync(new { @event = "subscribe", task_id = asked.ToString(), tenant_id = "default", request_id = "s" });
        Assert.True((await server.NextAsync("subscribe_result")).GetProperty("data").GetProperty("success").GetBoolean());
        var standing = await server.NextAsync("agent_execution_progress");
        Assert.Equal(
            (asked.ToString(), "interrupted", question.GetProperty("interrupt_id").GetString(), question.GetProperty("reason").GetString(), "Sure?"),
            (standing.GetProperty("task_id").GetString(), Field(standing, "status"), Field(standing, "interrupt_id"), Field(standing, "reason"), Field(standing, "prompt")));
        await server.SendAsync(new { @event = "resume", task_id = asked.ToString(), request_id = "r", data = new { answer = "yes" } });
        var resumed = await server.NextAsync("resume_result");
        Assert.True(resumed.GetProperty("data").GetProperty("success").GetBoolean(), resumed.GetRawText());
        await server.NextAsync("agent_execution_completed");

        var running = await SubmitAsync(Talker);
        await _model.Calls.NextAsync();
        await server.SendAsync(new { @event = "cancel", task_id = running.ToString(), request_id = "c", data = new { reason = "enough" } });
        Assert.Equal("c", (await server.NextAsync("cancel_result")).GetProperty("data").GetProperty("request_id").GetString());
        var failed = await server.NextAsync("agent_execution_failed");
        Assert.Equal((running.ToString(), "failed"), (failed.GetProperty("task_id").GetString(), Field(failed, "status")));
        Assert.Equal(("execution_cancelled", $"Execution {running} was cancelled: enough."), ErrorOf(failed));

        // Who asks later is told the same, as far as the row has it.
        await server.SendAsync(new { @event = "subscribe", task_id = running.ToString() });
        Assert.Equal(("execution_cancelled", $"Execution {running} was cancelled."), ErrorOf(await server.NextAsync("agent_execution_failed")));
    }

    [Theory]
    [InlineData("acme", Role.Admin)]
    [InlineData("default", Role.Viewer)]
    public async Task Commands_BeyondItsRights_AreRefused(string tenant, Role role)
    {
        await using var server = new OrchestratorServer(_port);
        await server.StartAsync();
        await StartAsync(role: role);
        var running = await SubmitAsync(Talker);
        var call = await _model.Calls.NextAsync();
        call.Say("x");
        await server.NextAsync("agent_response_token");

        await server.SendAsync(new { @event = "cancel", task_id = running.ToString(), tenant_id = tenant });

        Assert.Equal("forbidden", (await server.NextAsync("cancel_result")).GetProperty("data").GetProperty("error").GetProperty("code").GetString());
        call.Finish();
        await server.NextAsync("agent_execution_completed");
    }

    [Theory]
    [InlineData("""{"event": "cancel", "task_id": "ID", "tenant_id": 123}""", "cancel_result", "$.tenant_id", true)]
    [InlineData("""{"event": "cancel", "task_id": "ID", "tenant_id": ["default"]}""", "cancel_result", "$.tenant_id", true)]
    [InlineData("""{"event": "cancel", "task_id": "ID", "request_id": 42}""", "cancel_result", "$.request_id", true)]
    [InlineData("""{"event": "cancel", "task_id": "ID", "data": "now"}""", "cancel_result", "$.data", true)]
    [InlineData("""{"event": "cancel", "task_id": 7}""", "cancel_result", "$.task_id", false)]
    [InlineData("""{"event": "resume"}""", "resume_result", "$.task_id", false)]
    [InlineData("""{"event": "pause", "task_id": "ID"}""", "error", "$.event", true)]
    [InlineData("""{"event": 1, "task_id": "ID"}""", "error", "$.event", true)]
    public async Task Commands_WithAWrongField_AreRefusedAndSayWhere(string message, string answer, string path, bool isNamed)
    {
        await using var server = new OrchestratorServer(_port);
        await server.StartAsync();
        await StartAsync();
        var running = await SubmitAsync(Talker);
        var call = await _model.Calls.NextAsync();
        call.Say("x");
        await server.NextAsync("agent_response_token");

        await server.SendAsync(JsonElement.Parse(message.Replace("ID", running.ToString(), StringComparison.Ordinal)));

        var result = await server.NextAsync(answer);
        Assert.Equal("invalid_input", ErrorOf(result).Code);
        Assert.StartsWith(path, ErrorOf(result).Message, StringComparison.Ordinal);
        Assert.Equal(isNamed ? running.ToString() : null, result.GetProperty("task_id").GetString());
        call.Finish();
        await server.NextAsync("agent_execution_completed");
    }

    [Fact]
    public async Task Command_ForNoExecution_NamesWhatWasSent()
    {
        await using var server = new OrchestratorServer(_port);
        await server.StartAsync();
        await StartAsync();
        await SubmitAsync(Asker);
        await server.NextAsync("agent_execution_progress");

        await server.SendAsync(new { @event = "cancel", task_id = "job-7" });

        var result = await server.NextAsync("cancel_result");
        Assert.Equal(("job-7", "execution_not_found"), (result.GetProperty("task_id").GetString(), ErrorOf(result).Code));
    }

    [Fact]
    public async Task Command_TooLarge_IsAnsweredAndTheNextOneHeard()
    {
        await using var server = new OrchestratorServer(_port);
        await server.StartAsync();
        await StartAsync();
        var asked = await SubmitAsync(Asker);
        await server.NextAsync("agent_execution_progress");

        await server.SendAsync(new { @event = "resume", task_id = asked.ToString(), data = new { answer = new string('x', 1024 * 1024) } });
        await server.SendAsync(new { @event = "resume", task_id = asked.ToString(), data = new { answer = "yes" } });

        Assert.Equal("payload_too_large", ErrorOf(await server.NextAsync("error")).Code);
        Assert.True((await server.NextAsync("resume_result")).GetProperty("data").GetProperty("success").GetBoolean());
    }

    [Fact]
    public async Task Server_SendsElsewhere_IsSaidAndNotFollowed()
    {
        await using var other = new OrchestratorServer(FreePort.Find(), "secret");
        await other.StartAsync();
        await using var server = new OrchestratorServer(_port) { RedirectsTo = other.Address };
        await server.StartAsync();
        await StartAsync(token: "secret");

        await UntilAsync(async () => await _services!.GetRequiredService<OrchestratorNotifier>().CheckAsync(Token) == "answers 302 instead of opening a WebSocket");
        Assert.Equal(0, other.Refused);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData(new[] { 1 })]
    public async Task Commands_ThatAreNone_AreAnswered(object message)
    {
        await using var server = new OrchestratorServer(_port);
        await server.StartAsync();
        await StartAsync();
        await UntilAsync(async () => await _services!.GetRequiredService<OrchestratorNotifier>().CheckAsync(Token) == "ok");

        await UntilAsync(async () =>
        {
            try
            {
                await server.SendAsync(message);
                return true;
            }
            catch (NullReferenceException)
            {
                return false;
            }
        });

        Assert.Equal("invalid_input", (await server.NextAsync("error")).GetProperty("data").GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task Buffer_Full_DropsAndSaysHowMany()
    {
        using var buffer = new NotificationBuffer(64 * 1024);
        var dropped = Enumerable.Range(0, 100).Count(_ => !buffer.Add(Note("agent_execution_progress", new byte[1000])));
        Assert.InRange(dropped, 80, 95);

        for (var first = await buffer.PeekAsync(Token); buffer.Bytes > 0; first = buffer.Bytes > 0 ? await buffer.PeekAsync(Token) : first)
        {
            buffer.Remove(first);
        }

        buffer.Add(Note("agent_execution_completed", [], isEnd: true));
        Assert.Equal(dropped, (await buffer.PeekAsync(Token)).Dropped);
    }

    [Theory]
    [InlineData("http://host/ws")]
    [InlineData("ws://user:key@host/ws")]
    public void Options_AddressThatIsNone_IsRefused(string url) =>
        Assert.Throws<ArgumentException>(() => OrchestratorOptions.Check(new OrchestratorOptions { Url = new Uri(url) }));

    private static Notification Note(string name, byte[] data, bool isEnd = false) => new()
    {
        Thread = new ThreadKey(TenantId.Default, "t"),
        Execution = new ExecutionId(Guid.Empty),
        Event = name,
        At = DateTimeOffset.UnixEpoch,
        Data = data,
        IsEnd = isEnd,
    };

    private static string? Field(JsonElement message, string name) => message.GetProperty("data").GetProperty(name).GetString();

    private static (string? Code, string? Message) ErrorOf(JsonElement message)
    {
        var error = message.GetProperty("data").GetProperty("error");
        return (error.GetProperty("code").GetString(), error.GetProperty("message").GetString());
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        for (var tries = 0; !await isSo(); tries++)
        {
            Assert.True(tries < 1500, "It did not become so.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Token);
        }
    }

    private async Task StartAsync(string? token = null, Role role = Role.Runner)
    {
        var collection = new ServiceCollection();
        collection.AddSingleton<ILoggerFactory>(_log).AddSingleton<IModelProvider>(_model);
        collection.AddActant().AddTool(_tool).AddOrchestrator(new OrchestratorOptions
        {
            Url = new Uri($"ws://127.0.0.1:{_port}/ws/task_updates"),
            Token = token,
            Role = role,
            FirstWait = TimeSpan.FromMilliseconds(50),
        });
        _services = collection.BuildServiceProvider();
        await _services.GetRequiredService<ActantEngine>().StartAsync(Token);
    }

    private async Task<ExecutionId> SubmitAsync(string definition, Dictionary<string, string>? labels = null)
    {
        var request = EngineHarness.Request(definition) with { Labels = labels ?? [] };
        var reply = await Client.SubmitAsync(request, Token);
        Assert.True(reply.IsDone, reply.Refusal?.ToString());
        return reply.Value.Id;
    }
}
