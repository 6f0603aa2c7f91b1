using System.Net;

namespace Actant.AspNetCore.Tests.Threads;

[Trait("Row", "I10")]
public sealed class ThreadEndpointsTests
{
    [Fact]
    public async Task Get_ListAndOne_ShowTheThread()
    {
        await using var server = await WithThreadAsync();

        var list = await server.GetJsonAsync("/api/v1/threads");
        var one = await server.GetJsonAsync("/api/v1/threads/t");

        Assert.Equal("t", Assert.Single(list.GetProperty("threads").EnumerateArray()).GetProperty("thread_id").GetString());
        Assert.Equal(8, one.GetProperty("position").GetInt64());
        Assert.True(one.GetProperty("bytes").GetInt64() > 0);
    }

    [Fact]
    public async Task State_AtAPosition_IsTheStateThen()
    {
        await using var server = await WithThreadAsync();

        var then = await server.GetJsonAsync("/api/v1/threads/t/state?position=2");
        var now = await server.GetJsonAsync("/api/v1/threads/t/state");

        Assert.Equal(1, then.GetProperty("messages").GetArrayLength());
        Assert.Equal(4, now.GetProperty("messages").GetArrayLength());
        await HttpServer.AssertProblemAsync(await server.GetAsync("/api/v1/threads/t/state?position=99"), 404, "position_not_found");
    }

    [Fact]
    public async Task History_PageByPage_IsGapless()
    {
        await using var server = await WithThreadAsync();
        var positions = new List<long>();
        long? from = 1;
        while (from is not null)
        {
            var page = await server.GetJsonAsync($"/api/v1/threads/t/history?from={from}&limit=3");
            positions.AddRange(page.GetProperty("entries").EnumerateArray().Select(entry => entry.GetProperty("position").GetInt64()));
            from = page.TryGetProperty("next_from", out var next) ? next.GetInt64() : null;
        }

        Assert.Equal(Enumerable.Range(1, 8).Select(position => (long)position), positions);
    }

    [Fact]
    public async Task Fork_FromAPosition_MakesAThread()
    {
        await using var server = await WithThreadAsync();

        var response = await server.PostAsync("/api/v1/threads/t/fork", """{"position": 2, "thread_id": "copy"}""");

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal("/api/v1/threads/copy", response.Headers.Location!.ToString());
        Assert.Equal(1, (await server.GetJsonAsync("/api/v1/threads/copy/state")).GetProperty("messages").GetArrayLength());
        await HttpServer.AssertProblemAsync(
            await server.PostAsync("/api/v1/threads/t/fork", """{"position": 2, "thread_id": "copy"}"""), 409, "thread_exists");
        await HttpServer.AssertProblemAsync(await server.PostAsync("/api/v1/threads/t/fork", """{"position": 200}"""), 404, "position_not_found");
    }

    [Fact]
    public async Task Fork_WhereAnExecutionWasOpen_GoesOnThere()
    {
        await using var server = await WithThreadAsync();

        var branch = await server.PostJsonAsync("/api/v1/threads/t/fork", """{"position": 3, "continue": true}""");

        var id = branch.GetProperty("execution_id").GetString()!;
        await server.WaitAsync(id);
        Assert.Equal("completed", (await server.GetJsonAsync($"/api/v1/executions/{id}")).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Rewind_ToAPosition_TakesTheStateBack()
    {
        await using var server = await WithThreadAsync();

        var response = await server.PostAsync("/api/v1/threads/t/rewind", """{"position": 2}""");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(1, (await server.GetJsonAsync("/api/v1/threads/t/state")).GetProperty("messages").GetArrayLength());
    }

    [Fact]
    public async Task Rewind_WhileAnExecutionIsOpen_IsRefused()
    {
        await using var server = await HttpServer.StartAsync();
        await server.SubmitAsync("""{"agent": "slow", "input": "x", "thread_id": "t"}""");
        await server.ModelClock.WhenArmedAsync();

        await HttpServer.AssertProblemAsync(await server.PostAsync("/api/v1/threads/t/rewind", """{"position": 0}"""), 409, "thread_busy");
    }

    [Fact]
    public async Task Delete_Thread_IsGone()
    {
        await using var server = await WithThreadAsync();

        Assert.Equal(HttpStatusCode.NoContent, (await server.Client.DeleteAsync("/api/v1/threads/t")).StatusCode);

        await HttpServer.AssertProblemAsync(await server.GetAsync("/api/v1/threads/t"), 404, "thread_not_found");
        await HttpServer.AssertProblemAsync(await server.Client.DeleteAsync("/api/v1/threads/t"), 404, "thread_not_found");
    }

    private static async Task<HttpServer> WithThreadAsync()
    {
        var server = await HttpServer.StartAsync();
        await server.PostAsync("/api/v1/agents/sums/execute", """{"input": "What is 2 + 3?", "thread_id": "t"}""");
        return server;
    }
}
