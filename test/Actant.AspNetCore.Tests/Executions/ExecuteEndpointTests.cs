using System.Net;
using System.Text.Json;

namespace Actant.AspNetCore.Tests.Executions;

public sealed class ExecuteEndpointTests
{
    [Fact]
    [Trait("Row", "A4")]
    public async Task Execute_Sum_AnswersWithEveryFieldOfTheSeed()
    {
        await using var server = await HttpServer.StartAsync();

        var response = await server.PostAsync("/api/v1/agents/sums/execute", """{"input": "What is 15 + 27?"}""");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var body = await HttpServer.JsonAsync(response);
        Assert.True(Guid.TryParse(body.GetProperty("task_id").GetString(), out _));
        Assert.Equal("sums", body.GetProperty("agent_id").GetString());
        Assert.Equal("calculator", body.GetProperty("model").GetString());
        Assert.Equal("scripted", body.GetProperty("model_source").GetString());
        Assert.Equal("What is 15 + 27?", body.GetProperty("input").GetString());
        Assert.Equal("completed", body.GetProperty("state").GetString());
        Assert.EndsWith("Z", body.GetProperty("created_at").GetString(), StringComparison.Ordinal);
        Assert.True(body.GetProperty("tokens_used").GetInt64() > 0);
        Assert.Equal(0, body.GetProperty("cost_usd").GetDecimal());
        Assert.NotEqual("", body.GetProperty("thread_id").GetString());
        Assert.False(body.TryGetProperty("interrupts", out _));
        Assert.False(body.TryGetProperty("error", out _));
        var output = body.GetProperty("output");
        Assert.Contains("42", output.GetProperty("response").GetString(), StringComparison.Ordinal);
        Assert.Equal("completed", output.GetProperty("state").GetString());
        Assert.Equal(body.GetProperty("tokens_used").GetInt64(), output.GetProperty("tokens_used").GetInt64());
        Assert.Equal(0, output.GetProperty("cost_usd").GetDecimal());
        var tool = Assert.Single(output.GetProperty("tool_results").EnumerateArray());
        Assert.Equal("calculator", tool.GetProperty("tool_name").GetString());
        Assert.True(tool.GetProperty("success").GetBoolean());
        Assert.Equal(15, tool.GetProperty("arguments").GetProperty("a").GetInt32());
        Assert.Equal(42, tool.GetProperty("output").GetProperty("result").GetInt32());
        var roles = output.GetProperty("conversation_history").EnumerateArray().Select(message => message.GetProperty("role").GetString());
        Assert.Equal(["user", "assistant", "tool", "assistant"], roles);
        Assert.Equal(
            tool.GetProperty("call_id").GetString(),
            output.GetProperty("conversation_history")[2].GetProperty("tool_call_id").GetString());
    }

    [Fact]
    [Trait("Row", "A4")]
    public async Task Execute_TenRandomSums_AreRight()
    {
        await using var server = await HttpServer.StartAsync();
        var random = new Random(15);
        for (var i = 0; i < 10; i++)
        {
            var (a, b) = (random.Next(-100_000, 100_000), random.Next(100_000));

            var body = await server.PostJsonAsync("/api/v1/agents/sums/execute", $$"""{"input": "What is {{a}} + {{b}}?"}""");

            Assert.Equal(a + b, body.GetProperty("output").GetProperty("tool_results")[0].GetProperty("output").GetProperty("result").GetInt64());
        }
    }

    [Fact]
    [Trait("Row", "A4")]
    public async Task Execute_ModelFails_AnswersOkWithStateFailedAndTheError()
    {
        await using var server = await HttpServer.StartAsync();

        var response = await server.PostAsync("/api/v1/agents/failing/execute", """{"input": "x"}""");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var body = await HttpServer.JsonAsync(response);
        Assert.Equal("failed", body.GetProperty("state").GetString());
        Assert.Equal("broken", body.GetProperty("model").GetString());
        Assert.Equal("model_request_rejected", body.GetProperty("error").GetProperty("code").GetString());
        Assert.NotEqual("", body.GetProperty("error").GetProperty("message").GetString());
    }

    [Fact]
    [Trait("Row", "A4")]
    public async Task Execute_ToolFails_ShowsTheErrorInTheSeedsForm()
    {
        await using var server = await HttpServer.StartAsync();

        var body = await server.PostJsonAsync("/api/v1/agents/division/execute", """{"input": "1 / 0"}""");

        var tool = body.GetProperty("output").GetProperty("tool_results")[0];
        Assert.False(tool.GetProperty("success").GetBoolean());
        var error = tool.GetProperty("error");
        Assert.Equal(["code", "error", "success", "timestamp", "tool_name"], error.EnumerateObject().Select(field => field.Name).Order());
        Assert.False(error.GetProperty("success").GetBoolean());
    }

    [Fact]
    [Trait("Row", "X9")]
    public async Task Execute_HumanNode_AnswersInterruptedAndGoesOnAfterResume()
    {
        await using var server = await HttpServer.StartAsync();

        var body = await server.PostJsonAsync("/api/v1/agents/approval/execute", """{"input": "x"}""");

        Assert.Equal("interrupted", body.GetProperty("state").GetString());
        var interrupt = Assert.Single(body.GetProperty("interrupts").EnumerateArray());
        Assert.Equal("Publish?", interrupt.GetProperty("prompt").GetString());
        Assert.Equal(JsonValueKind.Null, body.GetProperty("model").ValueKind);
        var id = body.GetProperty("task_id").GetString()!;
        var answers = "{\"answers\": {\"" + interrupt.GetProperty("id").GetString() + "\": {\"approved\": true}}}";
        var resumed = await server.PostAsync($"/api/v1/executions/{id}/resume", answers);
        Assert.Equal(HttpStatusCode.Accepted, resumed.StatusCode);
        await server.WaitAsync(id);
        Assert.Equal("completed", (await server.GetJsonAsync($"/api/v1/executions/{id}")).GetProperty("status").GetString());
    }

    [Fact]
    [Trait("Row", "A4")]
    public async Task Execute_SecondTurnOnAThread_SeesTheFirst()
    {
        await using var server = await HttpServer.StartAsync();
        await server.PostAsync("/api/v1/agents/sums/execute", """{"input": "What is 1 + 1?", "thread_id": "talk"}""");

        var body = await server.PostJsonAsync("/api/v1/agents/sums/execute", """{"input": "What is 2 + 2?", "thread_id": "talk"}""");

        Assert.Equal("talk", body.GetProperty("thread_id").GetString());
        Assert.Equal(4, body.GetProperty("output").GetProperty("conversation_history").GetArrayLength());
        var state = await server.GetJsonAsync("/api/v1/threads/talk/state");
        Assert.Equal(8, state.GetProperty("messages").GetArrayLength());
    }

    [Fact]
    [Trait("Row", "A4")]
    public async Task Execute_CallerLeaves_GoesOn()
    {
        await using var server = await HttpServer.StartAsync();
        using var leaving = new CancellationTokenSource();
        using var body = new StringContent("""{"input": "x", "thread_id": "left"}""", System.Text.Encoding.UTF8, "application/json");
        var call = server.Client.PostAsync("/api/v1/agents/slow/execute", body, leaving.Token);
        await server.ModelClock.WhenArmedAsync();

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        server.ModelClock.Advance(TimeSpan.FromHours(1));

        var list = await server.GetJsonAsync("/api/v1/executions?thread_id=left");
        var id = list.GetProperty("executions")[0].GetProperty("execution_id").GetString()!;
        await server.WaitAsync(id);
        Assert.Equal("late", (await server.GetJsonAsync($"/api/v1/executions/{id}")).GetProperty("response").GetString());
    }

    [Fact]
    [Trait("Row", "O11")]
    public async Task Execute_ServerStops_AnswersThatItGoesOnLater()
    {
        await using var server = await HttpServer.StartAsync();
        var call = server.PostAsync("/api/v1/agents/slow/execute", """{"input": "x"}""");
        await server.ModelClock.WhenArmedAsync();

        await server.StopAsync();

        var response = await call;
        await HttpServer.AssertProblemAsync(response, 503, "shutting_down");
        Assert.NotNull(response.Headers.RetryAfter);
    }
}
