using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Actant.AspNetCore.Tests.Threads;

[Trait("Row", "X2")]
public sealed class StateUpdateTests
{
    private const string Asks = """
        {"input": "x", "thread_id": "t", "definition": {"name": "asks", "nodes": [
         {"name": "ask", "type": "human", "prompt": "Go on?"}, {"name": "tell", "type": "prompt", "template": "{{ state.profile.city }}"}],
         "edges": [{"from": "ask", "to": "tell"}]}}
        """;

    [Fact]
    public async Task Patch_Operations_AreDoneAndOnRecord()
    {
        await using var server = await HttpServer.StartAsync();
        var id = await server.SubmitAsync(Asks);
        await server.WaitAsync(id);

        var response = await PatchAsync(server, "t", """
            {"operations": [{"op": "set", "key": "profile", "value": {"name": "Ada", "city": null}}, {"op": "patch", "key": "profile", "value": {"city": "London", "name": null}}]}
            """, "k");
        var again = await PatchAsync(server, "t", """
            {"operations": [{"op": "set", "key": "profile", "value": {"name": "Ada", "city": null}}, {"op": "patch", "key": "profile", "value": {"city": "London", "name": null}}]}
            """, "k");
        var other = await PatchAsync(server, "t", """{"operations": [{"op": "set", "key": "a", "value": null}]}""", "k");
        await server.PostJsonAsync($"/api/v1/executions/{id}/resume", """{"answer": true}""");
        do
        {
            // It is woken by the change, and asks again, before the answer is taken.
            await server.WaitAsync(id);
        }
        while ((await server.GetJsonAsync($"/api/v1/executions/{id}")).GetProperty("status").GetString() is "interrupted" or "running");

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal("t", (await HttpServer.JsonAsync(response)).GetProperty("thread_id").GetString());
        Assert.Equal("true", again.Headers.GetValues("Idempotency-Replayed").Single());
        await HttpServer.AssertProblemAsync(other, 409, "idempotency_conflict");
        Assert.Equal("London", (await server.GetJsonAsync($"/api/v1/executions/{id}")).GetProperty("response").GetString());
        var updated = Assert.Single(
            (await server.GetJsonAsync("/api/v1/threads/t/history")).GetProperty("entries").EnumerateArray(),
            entry => entry.GetProperty("kind").GetString() == "state_updated").GetProperty("payload");
        Assert.Equal("""{"role":"admin"}""", updated.GetProperty("principal").GetRawText());
        Assert.Equal("patch", updated.GetProperty("operations")[1].GetProperty("op").GetString());
    }

    [Theory]
    [InlineData("""{}""", "$.operations")]
    [InlineData("""{"operations": []}""", "$.operations")]
    [InlineData("""{"operations": [7]}""", "$.operations[0]")]
    [InlineData("""{"operations": [{"op": "increment", "key": "a", "value": 1}]}""", "$.operations[0].op")]
    [InlineData("""{"operations": [{"op": "set", "key": 7, "value": 1}]}""", "$.operations[0].key")]
    [InlineData("""{"operations": [{"op": "set", "key": "a", "value": 1, "path": "/b"}]}""", "$.operations[0].path")]
    [InlineData("""{"operations": [{"op": "append", "key": "messages", "value": [{"role": "user"}]}]}""", "$.operations[0].value")]
    [InlineData("""{"operations": [{"op": "set", "key": "a", "value": 1}], "principal": {"key_id": "k"}}""", "$.principal")]
    public async Task Patch_WrongBody_SaysWhere(string body, string path)
    {
        await using var server = await HttpServer.StartAsync();
        await server.WaitAsync(await server.SubmitAsync(Asks));

        var problem = await HttpServer.AssertProblemAsync(await PatchAsync(server, "t", body), 400, "invalid_input");

        Assert.Contains(path, problem.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("path").GetString()));
    }

    [Fact]
    public async Task Patch_NoSuchThread_IsNotFound()
    {
        await using var server = await HttpServer.StartAsync();

        await HttpServer.AssertProblemAsync(await PatchAsync(server, "nobody", """{"operations": [{"op": "set", "key": "a", "value": 1}]}"""), 404, "thread_not_found");
    }

    [Fact]
    [Trait("Row", "S5")]
    public async Task Patch_ByAViewer_IsForbidden()
    {
        await using var server = await HttpServer.StartAsync();
        await server.WaitAsync(await server.SubmitAsync(Asks));
        var admin = await server.PostJsonAsync("/api/v1/tokens", """{"name": "ops", "role": "admin"}""");
        server.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", admin.GetProperty("token").GetString());
        var viewer = await server.PostJsonAsync("/api/v1/tokens", """{"name": "looks", "role": "viewer"}""");
        server.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", viewer.GetProperty("token").GetString());

        await HttpServer.AssertProblemAsync(await PatchAsync(server, "t", """{"operations": [{"op": "set", "key": "a", "value": 1}]}"""), 403, "forbidden");
    }

    private static async Task<HttpResponseMessage> PatchAsync(HttpServer server, string thread, string body, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, $"/api/v1/threads/{thread}/state")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        }

        return await server.Client.SendAsync(request);
    }
}
