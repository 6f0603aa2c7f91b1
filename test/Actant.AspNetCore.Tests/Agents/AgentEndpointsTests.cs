using System.Net;
using System.Net.Http.Headers;

namespace Actant.AspNetCore.Tests.Agents;

public sealed class AgentEndpointsTests
{
    [Fact]
    [Trait("Row", "A4")]
    public async Task Tools_OfAnAgent_HaveTheSeedsShape()
    {
        await using var server = await HttpServer.StartAsync();

        var body = await server.GetJsonAsync("/api/v1/agents/sums/tools");

        Assert.Equal("sums", body.GetProperty("agent_id").GetString());
        Assert.Equal(2, body.GetProperty("total_tools").GetInt32());
        var tools = body.GetProperty("tools").EnumerateArray().ToList();
        Assert.Equal("calculator", tools[0].GetProperty("name").GetString());
        Assert.NotEqual("", tools[0].GetProperty("description").GetString());
        Assert.True(tools[0].GetProperty("enabled").GetBoolean());
        Assert.Equal("http_request", tools[1].GetProperty("name").GetString());
        Assert.False(tools[1].GetProperty("enabled").GetBoolean());
    }

    [Fact]
    [Trait("Row", "A4")]
    public async Task Get_Agent_ShowsItsDefinitionUnderAnEntityTag()
    {
        await using var server = await HttpServer.StartAsync();
        var first = await server.GetAsync("/api/v1/agents/sums");
        var body = await HttpServer.JsonAsync(first);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/agents/sums");
        request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Parse(first.Headers.ETag!.ToString()));

        var second = await server.Client.SendAsync(request);

        Assert.Equal("sums", body.GetProperty("definition").GetProperty("name").GetString());
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Fact]
    [Trait("Row", "A5")]
    public async Task List_FileTurnsBad_OldVersionServesAndTheProblemIsShown()
    {
        await using var server = await HttpServer.StartAsync();
        var file = Path.Combine(server.AgentFolder, "sums.yaml");
        await File.WriteAllTextAsync(file, "name: sums\nmodel: {provider: nobody, model_name: x}\ninstructions: a\ntools: [nothing]\n");
        File.SetLastWriteTimeUtc(file, new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        server.Clock.Advance(TimeSpan.FromSeconds(1));

        var list = await server.GetJsonAsync("/api/v1/agents");

        var problem = Assert.Single(list.GetProperty("problems").EnumerateArray());
        Assert.Equal("sums.yaml", problem.GetProperty("file").GetString());
        Assert.True(problem.GetProperty("serves_older").GetBoolean());
        Assert.Equal(2, problem.GetProperty("errors").GetArrayLength());
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync("/api/v1/agents/sums/execute", """{"input": "What is 1 + 1?"}""")).StatusCode);
    }

    [Fact]
    public async Task List_FilesComeAndGo_AreNoticedOnTheNextPoll()
    {
        await using var server = await HttpServer.StartAsync();
        File.Delete(Path.Combine(server.AgentFolder, "sums.yaml"));
        await File.WriteAllTextAsync(
            Path.Combine(server.AgentFolder, "new.json"),
            """{"instructions": "x", "model": {"provider": "scripted", "model_name": "m", "options": {"default": "hello"}}}""");

        var before = await Names(server);
        server.Clock.Advance(TimeSpan.FromSeconds(1));
        var after = await Names(server);

        Assert.Contains("sums", before);
        Assert.DoesNotContain("sums", after);
        Assert.Contains("new", after);
    }

    private static async Task<List<string?>> Names(HttpServer server) =>
        [.. (await server.GetJsonAsync("/api/v1/agents")).GetProperty("agents").EnumerateArray().Select(agent => agent.GetProperty("name").GetString())];
}
