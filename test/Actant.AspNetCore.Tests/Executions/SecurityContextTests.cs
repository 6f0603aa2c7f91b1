using System.Net.Http.Headers;
using System.Text.Json;

namespace Actant.AspNetCore.Tests.Executions;

[Trait("Row", "T7")]
public sealed class SecurityContextTests
{
    private const string Sum = "/api/v1/agents/sums/execute";

    [Fact]
    public async Task Execute_PermittedTool_CallsItAndStandsInTheAudit()
    {
        await using var server = await HttpServer.StartAsync();

        var body = await server.PostJsonAsync(Sum, """
            {"input": "What is 15 + 27?", "thread_id": "t", "security_context": {"user_id": "ada", "organization_id": "engines",
             "permissions": ["tool:calculator"], "rate_limit": {"calculator": 100}, "sandbox": true}}
            """);
        await server.PostJsonAsync(Sum, """{"input": "What is 1 + 1?", "security_context": {"user_id": "grace"}}""");

        Assert.True(body.GetProperty("output").GetProperty("tool_results")[0].GetProperty("success").GetBoolean());
        var call = Assert.Single((await server.GetJsonAsync("/api/v1/audit?user_id=ada&tool=calculator&agent=sums&thread_id=t")).GetProperty("calls").EnumerateArray());
        Assert.Equal(body.GetProperty("task_id").GetString(), call.GetProperty("execution_id").GetString());
        Assert.Equal("calculator", call.GetProperty("tool").GetString());
        Assert.Equal("succeeded", call.GetProperty("outcome").GetString());
        Assert.Equal("engines", call.GetProperty("organization_id").GetString());
        Assert.False(call.TryGetProperty("arguments", out _));
        Assert.Equal(2, (await server.GetJsonAsync("/api/v1/audit")).GetProperty("calls").GetArrayLength());
    }

    [Fact]
    public async Task Execute_ToolWithoutPermission_IsRefusedInTheSeedsForm()
    {
        await using var server = await HttpServer.StartAsync();

        var body = await server.PostJsonAsync(Sum, """{"input": "What is 15 + 27?", "security_context": {"permissions": []}}""");

        var error = body.GetProperty("output").GetProperty("tool_results")[0].GetProperty("error");
        Assert.Equal("tool_not_permitted", error.GetProperty("code").GetString());
        Assert.Equal("failed", (await server.GetJsonAsync("/api/v1/audit")).GetProperty("calls")[0].GetProperty("outcome").GetString());
    }

    [Theory]
    [InlineData("""{"user_id": 7}""", "$.security_context.user_id")]
    [InlineData("""{"permissions": "all"}""", "$.security_context.permissions")]
    [InlineData("""{"permissions": ["calculator"]}""", "$.security_context.permissions")]
    [InlineData("""{"rate_limit": {"calculator": 0}}""", "$.security_context.rate_limit.calculator")]
    [InlineData("""{"sandbox": false}""", "$.security_context.sandbox")]
    [InlineData("""{"roles": []}""", "$.security_context.roles")]
    [InlineData("7", "$.security_context")]
    public async Task Execute_ContextIsWrong_SaysWhere(string context, string path)
    {
        await using var server = await HttpServer.StartAsync();

        var problem = await HttpServer.AssertProblemAsync(
            await server.PostAsync(Sum, $$"""{"input": "x", "security_context": {{context}}}"""), 400, "invalid_input");

        Assert.Equal(path, Assert.Single(problem.GetProperty("errors").EnumerateArray()).GetProperty("path").GetString());
    }

    [Fact]
    public async Task Execute_ContextNamesVeryManyLimits_IsRefused()
    {
        await using var server = await HttpServer.StartAsync();
        var limits = string.Join(", ", Enumerable.Range(0, 1001).Select(static i => $"\"tool{i}\": 1"));

        var problem = await HttpServer.AssertProblemAsync(
            await server.PostAsync(Sum, "{\"input\": \"x\", \"security_context\": {\"rate_limit\": {" + limits + "}}}"), 400, "invalid_input");

        Assert.Equal("$.security_context.rate_limit", Assert.Single(problem.GetProperty("errors").EnumerateArray()).GetProperty("path").GetString());
    }

    [Fact]
    public async Task Audit_SubmittedWithAKey_NamesTheKeyAndTheUserAsAClaim()
    {
        await using var server = await HttpServer.StartAsync();
        var made = await UseKeyAsync(server, "ops", "admin");

        var body = await server.PostJsonAsync(Sum, """{"input": "What is 15 + 27?", "thread_id": "t", "security_context": {"user_id": "mallory"}}""");

        var call = (await server.GetJsonAsync("/api/v1/audit")).GetProperty("calls")[0];
        Assert.Equal(made, call.GetProperty("submitted_by").GetString());
        Assert.Equal("mallory", call.GetProperty("user_id").GetString());
        AssertIs(call.GetProperty("principal"), made, "admin");
        AssertIs((await server.GetJsonAsync($"/api/v1/executions/{body.GetProperty("task_id")}")).GetProperty("principal"), made, "admin");
        var input = (await server.GetJsonAsync("/api/v1/threads/t/history")).GetProperty("entries").EnumerateArray()
            .Single(entry => entry.GetProperty("kind").GetString() == "input_received").GetProperty("payload");
        AssertIs(input.GetProperty("principal"), made, "admin");
        Assert.Equal("mallory", input.GetProperty("security").GetProperty("user_id").GetString());
    }

    [Theory]
    [InlineData("""{"input": "x", "principal": {"key_id": "k"}}""", "$.principal")]
    [InlineData("""{"input": "x", "security_context": {"submitted_by": "k"}}""", "$.security_context.submitted_by")]
    [InlineData("""{"input": "x", "security_context": {"principal": {}}}""", "$.security_context.principal")]
    public async Task Execute_ClaimsToBeSomebodyElse_IsRefused(string body, string path)
    {
        await using var server = await HttpServer.StartAsync();

        var problem = await HttpServer.AssertProblemAsync(await server.PostAsync(Sum, body), 400, "invalid_input");

        Assert.Equal(path, Assert.Single(problem.GetProperty("errors").EnumerateArray()).GetProperty("path").GetString());
    }

    [Fact]
    public async Task Audit_CallThatSomebodyApproved_NamesWho()
    {
        await using var server = await HttpServer.StartAsync();
        var submitter = await UseKeyAsync(server, "asks", "admin");
        var runner = await server.PostJsonAsync("/api/v1/tokens", """{"name": "decides", "role": "runner"}""");
        var id = await server.SubmitAsync("""
            {"input": "What is 2 + 2?", "definition": {"name": "careful", "model": {"provider": "scripted", "model_name": "calculator"},
             "tool_definitions": [{"name": "calc", "type": "builtin", "config": {"tool": "calculator"}, "requires_approval": true}],
             "nodes": [{"name": "main", "type": "tool", "tool": "calc", "arguments": {"operation": "add", "a": 2, "b": 2}}]}}
            """);
        await server.WaitAsync(id);
        server.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", runner.GetProperty("token").GetString());

        var refused = await server.PostAsync(
            $"/api/v1/executions/{id}/resume", """{"answer": {"decision": "approve"}, "principal": {"key_id": "k"}}""");
        await HttpServer.AssertProblemAsync(refused, 400, "invalid_input");
        await server.PostJsonAsync($"/api/v1/executions/{id}/resume", """{"answer": {"decision": "approve"}}""");
        await server.WaitAsync(id);

        var call = (await server.GetJsonAsync("/api/v1/audit")).GetProperty("calls")[0];
        var decision = Assert.Single(call.GetProperty("decisions").EnumerateArray());
        Assert.Equal("tool_approval", decision.GetProperty("reason").GetString());
        Assert.Equal("approve", decision.GetProperty("decision").GetString());
        AssertIs(decision.GetProperty("principal"), runner.GetProperty("id").GetString()!, "runner");
        AssertIs(call.GetProperty("principal"), submitter, "admin");
        Assert.DoesNotContain(runner.GetProperty("token").GetString()!, call.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Audit_NobodyNeedsAKey_SaysInWhichRoleOnly()
    {
        await using var server = await HttpServer.StartAsync();

        await server.PostJsonAsync(Sum, """{"input": "What is 15 + 27?"}""");

        Assert.Equal("""{"role":"admin"}""", (await server.GetJsonAsync("/api/v1/audit")).GetProperty("calls")[0].GetProperty("principal").GetRawText());
    }

    private static async Task<string> UseKeyAsync(HttpServer server, string name, string role)
    {
        var made = await server.PostJsonAsync("/api/v1/tokens", $$"""{"name": "{{name}}", "role": "{{role}}"}""");
        server.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", made.GetProperty("token").GetString());
        return made.GetProperty("id").GetString()!;
    }

    private static void AssertIs(JsonElement principal, string key, string role)
    {
        Assert.Equal(key, principal.GetProperty("key_id").GetString());
        Assert.Equal(role, principal.GetProperty("role").GetString());
        Assert.Equal(2, principal.EnumerateObject().Count());
    }
}
