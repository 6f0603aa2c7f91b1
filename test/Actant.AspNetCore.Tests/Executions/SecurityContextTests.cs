using System.Net.Http.Headers;

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
    public async Task Audit_SubmittedWithAKey_NamesTheKey()
    {
        await using var server = await HttpServer.StartAsync();
        var made = await server.PostJsonAsync("/api/v1/tokens", """{"name": "ops", "role": "admin"}""");
        server.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", made.GetProperty("token").GetString());

        await server.PostJsonAsync(Sum, """{"input": "What is 15 + 27?"}""");

        var call = (await server.GetJsonAsync("/api/v1/audit")).GetProperty("calls")[0];
        Assert.Equal(made.GetProperty("id").GetString(), call.GetProperty("submitted_by").GetString());
        Assert.False(call.TryGetProperty("user_id", out _));
    }
}
