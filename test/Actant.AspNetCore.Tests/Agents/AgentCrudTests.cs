using System.Net;
using System.Text;
using System.Text.Json;

namespace Actant.AspNetCore.Tests.Agents;

[Trait("Row", "A3")]
public sealed class AgentCrudTests
{
    private const string Greeter = """
        {"name": "greeter", "description": "Greets.", "agent_type": "llm",
         "model": {"provider": "scripted", "model_name": "greeter", "options": {"default": "hello"}}, "is_active": true}
        """;

    [Fact]
    public async Task Create_SeedsBody_AnswersWithTheAgentAndItsId()
    {
        await using var server = await HttpServer.StartAsync();

        var response = await server.PostAsync("/api/v1/agents", Greeter);
        var agent = await HttpServer.JsonAsync(response);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var id = agent.GetProperty("id").GetString()!;
        Assert.True(Guid.TryParse(id, out _));
        Assert.Equal($"/api/v1/agents/{id}", response.Headers.Location?.ToString());
        Assert.Equal("\"1\"", response.Headers.ETag?.Tag);
        Assert.Equal(("greeter", "Greets.", "llm", "greeter"), (Text(agent, "name"), Text(agent, "description"), Text(agent, "agent_type"), Text(agent, "model")));
        Assert.Equal((1, true, false), (agent.GetProperty("version").GetInt32(), agent.GetProperty("is_active").GetBoolean(), agent.GetProperty("read_only").GetBoolean()));

        var run = await server.PostJsonAsync($"/api/v1/agents/{id}/execute", """{"input": "Hi"}""");
        Assert.Equal((id, "hello"), (Text(run, "agent_id"), Text(run.GetProperty("output"), "response")));
        var byName = await server.PostJsonAsync("/api/v1/agents/greeter/execute", """{"input": "Hi"}""");
        Assert.Equal(id, Text(byName, "agent_id"));
        Assert.NotEqual("", Text(byName, "task_id"));
    }

    [Fact]
    public async Task Create_NameIsTakenOrDefinitionIsWrong_IsRefused()
    {
        await using var server = await HttpServer.StartAsync();
        await server.PostAsync("/api/v1/agents", Greeter);

        await HttpServer.AssertProblemAsync(await server.PostAsync("/api/v1/agents", Greeter), 409, "agent_exists");
        await HttpServer.AssertProblemAsync(
            await server.PostAsync("/api/v1/agents", """{"name": "sums", "model": "calculator"}"""), 409, "agent_exists");
        var problem = await HttpServer.AssertProblemAsync(
            await server.PostAsync("/api/v1/agents", """{"name": "bad", "model": {"provider": "nobody", "model_name": "x"}, "tools": ["nothing"], "max_turn": 1}"""), 422, "invalid_definition");
        Assert.Equal(
            ["$.max_turn", "$.model.provider", "$.tools[0]"],
            problem.GetProperty("errors").EnumerateArray().Select(error => Text(error, "path")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Change_AnyWay_MakesAVersionAndKeepsTheOldOnes()
    {
        await using var server = await HttpServer.StartAsync();
        var id = Text(await server.PostJsonAsync("/api/v1/agents", Greeter), "id");

        var patched = await SendAsync(server, HttpMethod.Patch, $"/api/v1/agents/{id}", """{"description": "Says hi.", "agent_type": null, "model": {"options": {"default": "hi"}}}""");
        var body = await HttpServer.JsonAsync(patched);
        Assert.Equal((2, "Says hi."), (body.GetProperty("version").GetInt32(), Text(body, "description")));
        Assert.False(body.TryGetProperty("agent_type", out _));
        Assert.Equal("hi", await SayAsync(server, id));
        var same = await SendAsync(server, HttpMethod.Patch, $"/api/v1/agents/{id}", """{"description": "Says hi."}""");
        Assert.Equal("\"2\"", same.Headers.ETag?.Tag);
        var put = await SendAsync(server, HttpMethod.Put, "/api/v1/agents/greeter", """{"name": "host", "model": {"provider": "scripted", "model_name": "host", "options": {"default": "welcome"}}}""");
        Assert.Equal("\"3\"", put.Headers.ETag?.Tag);

        Assert.Equal("welcome", await SayAsync(server, "host"));
        Assert.Equal("hello", await SayAsync(server, "host@1"));
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync("/api/v1/agents/greeter")).StatusCode);
        var versions = await server.GetJsonAsync($"/api/v1/agents/{id}/versions");
        Assert.Equal([3, 2, 1], versions.GetProperty("agents").EnumerateArray().Select(version => version.GetProperty("version").GetInt32()));
        Assert.Equal("greeter", Text(await server.GetJsonAsync($"/api/v1/agents/{id}@1"), "name"));
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync($"/api/v1/agents/{id}@9")).StatusCode);
    }

    [Fact]
    public async Task Switch_OffInTheNewestVersion_RunsInNoVersionAndForNoOtherAgent()
    {
        await using var server = await HttpServer.StartAsync();
        var id = Text(await server.PostJsonAsync("/api/v1/agents", Greeter), "id");
        await server.PostJsonAsync("/api/v1/agents", """{"name": "asker", "model": "scripted", "tools": ["ask"], "tool_definitions": [{"name": "ask", "type": "agent", "config": {"agent": "greeter"}}]}""");
        await SendAsync(server, HttpMethod.Patch, $"/api/v1/agents/{id}", """{"is_active": false}""");

        await HttpServer.AssertProblemAsync(await server.PostAsync("/api/v1/agents/greeter/execute", """{"input": "Hi"}"""), 409, "agent_inactive");
        await HttpServer.AssertProblemAsync(await server.PostAsync($"/api/v1/agents/{id}@1/execute", """{"input": "Hi"}"""), 409, "agent_inactive");
        await HttpServer.AssertProblemAsync(await server.PostAsync("/api/v1/executions", """{"agent": "greeter@1", "input": "Hi"}"""), 409, "agent_inactive");
        var problem = await HttpServer.AssertProblemAsync(await server.PostAsync("/api/v1/agents/asker/execute", """{"input": "Hi"}"""), 422, "invalid_definition");
        Assert.Equal("agent_inactive", Text(problem.GetProperty("errors")[0], "code"));

        await SendAsync(server, HttpMethod.Patch, $"/api/v1/agents/{id}", """{"is_active": true}""");
        Assert.Equal("hello", await SayAsync(server, $"{id}@1"));
    }

    [Fact]
    public async Task Change_WithIfMatch_IsRefusedWhenSomebodyWasFirst()
    {
        await using var server = await HttpServer.StartAsync();
        var id = Text(await server.PostJsonAsync("/api/v1/agents", Greeter), "id");
        await SendAsync(server, HttpMethod.Patch, $"/api/v1/agents/{id}", """{"description": "two"}""");

        await HttpServer.AssertProblemAsync(
            await SendAsync(server, HttpMethod.Patch, $"/api/v1/agents/{id}", """{"description": "three"}""", "\"1\""), 412, "version_conflict");
        await HttpServer.AssertProblemAsync(await SendAsync(server, HttpMethod.Delete, $"/api/v1/agents/{id}", null, "\"1\""), 412, "version_conflict");
        await HttpServer.AssertProblemAsync(await SendAsync(server, HttpMethod.Delete, $"/api/v1/agents/{id}", null, "\"abc\""), 412, "version_conflict");
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(server, HttpMethod.Patch, $"/api/v1/agents/{id}", """{"description": "three"}""", "\"2\"")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(server, HttpMethod.Delete, $"/api/v1/agents/{id}", null, "\"3\"")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync($"/api/v1/agents/{id}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(server, HttpMethod.Delete, $"/api/v1/agents/{id}", null)).StatusCode);
    }

    [Fact]
    public async Task Change_AgentFromAFile_IsRefused()
    {
        await using var server = await HttpServer.StartAsync();

        await HttpServer.AssertProblemAsync(await SendAsync(server, HttpMethod.Patch, "/api/v1/agents/sums", """{"description": "x"}"""), 409, "agent_read_only");
        await HttpServer.AssertProblemAsync(await SendAsync(server, HttpMethod.Delete, "/api/v1/agents/sums", null), 409, "agent_read_only");
        await HttpServer.AssertProblemAsync(await SendAsync(server, HttpMethod.Put, "/api/v1/agents/sums/labels/x", """{"version": 1}"""), 409, "agent_read_only");
    }

    [Fact]
    public async Task Change_WhileAnExecutionWaits_ItGoesOnWithItsOwnVersion()
    {
        await using var server = await HttpServer.StartAsync();
        const string Asking = """
            {"name": "asking", "model": {"provider": "scripted", "model_name": "asking", "options": {"default": "ANSWER"}},
             "nodes": [{"name": "ask", "type": "human", "prompt": "May I?"}, {"name": "talk", "type": "agent"}],
             "edges": [{"from": "ask", "to": "talk"}]}
            """;
        var id = Text(await server.PostJsonAsync("/api/v1/agents", Asking.Replace("ANSWER", "old", StringComparison.Ordinal)), "id");
        var waiting = await server.SubmitAsync("""{"agent": "asking", "input": "go"}""");
        await server.WaitAsync(waiting);

        var put = await SendAsync(server, HttpMethod.Put, $"/api/v1/agents/{id}", Asking.Replace("ANSWER", "new", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        await server.PostAsync($"/api/v1/executions/{waiting}/resume", """{"answer": true}""");
        await server.WaitAsync(waiting);
        var next = await server.SubmitAsync("""{"agent": "asking", "input": "go"}""");
        await server.WaitAsync(next);
        await server.PostAsync($"/api/v1/executions/{next}/resume", """{"answer": true}""");
        await server.WaitAsync(next);

        Assert.Equal("old", Text(await server.GetJsonAsync($"/api/v1/executions/{waiting}"), "response"));
        Assert.Equal("new", Text(await server.GetJsonAsync($"/api/v1/executions/{next}"), "response"));
    }

    [Fact]
    public async Task Label_OfAVersion_ExecutesThatOne()
    {
        await using var server = await HttpServer.StartAsync();
        var id = Text(await server.PostJsonAsync("/api/v1/agents", Greeter), "id");
        await SendAsync(server, HttpMethod.Patch, $"/api/v1/agents/{id}", """{"model": {"options": {"default": "hi"}}}""");

        var labelled = await HttpServer.JsonAsync(await SendAsync(server, HttpMethod.Put, $"/api/v1/agents/{id}/labels/production", """{"version": 1}"""));
        Assert.Equal(1, labelled.GetProperty("labels").GetProperty("production").GetInt32());
        Assert.Equal("hello", await SayAsync(server, "greeter@production"));
        await SendAsync(server, HttpMethod.Put, $"/api/v1/agents/{id}/labels/production", """{"version": 2}""");
        Assert.Equal("hi", await SayAsync(server, "greeter@production"));
        await HttpServer.AssertProblemAsync(await SendAsync(server, HttpMethod.Put, $"/api/v1/agents/{id}/labels/next", """{"version": 3}"""), 404, "version_not_found");
        await HttpServer.AssertProblemAsync(await SendAsync(server, HttpMethod.Put, $"/api/v1/agents/{id}/labels/12", """{"version": 1}"""), 400, "invalid_label");
        await SendAsync(server, HttpMethod.Delete, $"/api/v1/agents/{id}/labels/production", null);
        Assert.Equal(HttpStatusCode.NotFound, (await server.PostAsync("/api/v1/agents/greeter@production/execute", """{"input": "x"}""")).StatusCode);
    }

    [Fact]
    public async Task List_ByPagesAndFilters_ShowsEveryAgentOnce()
    {
        await using var server = await HttpServer.StartAsync();
        for (var i = 0; i < 5; i++)
        {
            await server.PostAsync("/api/v1/agents", $$"""{"name": "made-{{i}}", "agent_type": "{{(i % 2 == 0 ? "even" : "odd")}}", "model": "calculator", "is_active": {{(i < 4 ? "true" : "false")}}}""");
        }

        var names = new List<string>();
        string? cursor = null;
        do
        {
            var page = await server.GetJsonAsync($"/api/v1/agents?limit=2{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}");
            names.AddRange(page.GetProperty("agents").EnumerateArray().Select(agent => Text(agent, "name")));
            cursor = page.TryGetProperty("next_cursor", out var next) ? next.GetString() : null;
        }
        while (cursor is not null);

        Assert.Equal(["made-4", "made-3", "made-2", "made-1", "made-0"], names.Take(5));
        Assert.Equal(TestAgents.Files.Count, names.Count - 5);
        Assert.Equal(names.Count, names.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(["made-3", "made-1"], await NamesAsync(server, "agent_type=odd"));
        Assert.Equal(["made-4", "asleep"], await NamesAsync(server, "is_active=false"));
        Assert.Equal(["made-2"], await NamesAsync(server, "name=ADE-2"));
        Assert.Equal(HttpStatusCode.BadRequest, (await server.GetAsync("/api/v1/agents?cursor=nonsense")).StatusCode);
    }

    [Fact]
    public async Task Check_NewDefinition_TellsWhichThreadsItWouldBreak()
    {
        await using var server = await HttpServer.StartAsync();
        const string Counting = """
            {"name": "counting", "state": {"n": {"schema": {"type": "TYPE"}}},
             "nodes": [{"name": "NODE", "type": "human", "prompt": "May I?"}], "edges": []}
            """;
        string Define(string type, string node) => Counting.Replace("TYPE", type, StringComparison.Ordinal).Replace("NODE", node, StringComparison.Ordinal);
        await server.PostAsync("/api/v1/agents", Define("integer", "ask"));
        var waiting = await server.SubmitAsync("""{"agent": "counting", "thread_id": "waits", "input": {"n": 1}}""");
        await server.WaitAsync(waiting);
        var done = await server.SubmitAsync("""{"agent": "counting", "thread_id": "done", "input": {"n": 2}}""");
        await server.WaitAsync(done);
        await server.PostAsync($"/api/v1/executions/{done}/resume", """{"answer": true}""");
        await server.WaitAsync(done);

        var same = await server.PostJsonAsync("/api/v1/agents/counting/check", Define("integer", "ask"));
        Assert.True(same.GetProperty("compatible").GetBoolean());
        Assert.Equal(2, same.GetProperty("checked_threads").GetInt32());
        var renamed = await server.PostJsonAsync("/api/v1/agents/counting/check", Define("integer", "beg"));
        var finding = Assert.Single(renamed.GetProperty("threads").EnumerateArray());
        Assert.Equal(("waits", "interrupted"), (Text(finding, "thread_id"), Text(finding, "status")));
        Assert.Contains("`ask`", finding.GetProperty("waiting")[0].GetString(), StringComparison.Ordinal);
        Assert.Empty(finding.GetProperty("next_turn").EnumerateArray());
        var retyped = await server.PostJsonAsync("/api/v1/agents/counting/check", Define("string", "ask"));
        Assert.Equal(["done", "waits"], retyped.GetProperty("threads").EnumerateArray().Select(thread => Text(thread, "thread_id")).Order(StringComparer.Ordinal));
        Assert.Contains("`n`", retyped.GetProperty("threads")[0].GetProperty("next_turn")[0].GetString(), StringComparison.Ordinal);

        await HttpServer.AssertProblemAsync(await server.PostAsync("/api/v1/agents/counting/check", Define("nonsense", "ask")), 422, "invalid_definition");
        Assert.Equal(1, (await server.GetJsonAsync("/api/v1/agents/counting")).GetProperty("version").GetInt32());
    }

    [Fact]
    [Trait("Row", "A4")]
    public async Task Test_Agent_HasTheSeedsShape()
    {
        await using var server = await HttpServer.StartAsync();

        var body = await server.PostJsonAsync("/api/v1/agents/sums/test", """{"input": "What is 15 + 27?"}""");

        Assert.Equal(
            ["agent_id", "conversation_history", "cost_usd", "finish_reason", "model", "model_source", "success", "test_input", "test_output", "timestamp", "tokens_used"],
            body.EnumerateObject().Select(field => field.Name).Order(StringComparer.Ordinal));
        Assert.True(body.GetProperty("success").GetBoolean());
        Assert.Contains("42", Text(body.GetProperty("test_output"), "response"), StringComparison.Ordinal);
        Assert.Equal("completed", Text(body.GetProperty("test_output"), "state"));
        Assert.False((await server.PostJsonAsync("/api/v1/agents/failing/test", """{"input": "x"}""")).GetProperty("success").GetBoolean());
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static async Task<string> SayAsync(HttpServer server, string agent) =>
        Text((await server.PostJsonAsync($"/api/v1/agents/{agent}/execute", """{"input": "x"}""")).GetProperty("output"), "response");

    private static async Task<IEnumerable<string>> NamesAsync(HttpServer server, string filter) =>
        (await server.GetJsonAsync($"/api/v1/agents?{filter}")).GetProperty("agents").EnumerateArray().Select(agent => Text(agent, "name"));

    private static async Task<HttpResponseMessage> SendAsync(HttpServer server, HttpMethod method, string path, string? body, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        return await server.Client.SendAsync(request);
    }
}
